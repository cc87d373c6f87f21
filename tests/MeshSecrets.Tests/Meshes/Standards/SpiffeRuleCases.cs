using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Standards.StandardCases;

namespace MeshSecrets.Tests.Meshes.Standards;

internal sealed class SpiffeRuleCases : IRuleCases
{
    private const string Id = "spiffe://default/ns/shop/sa/web";

    public IEnumerable<RuleCase> Cases =>
    [
        .. Of("SpiffeOneUri", recipe => recipe.Uri = [Id, "kuma://version/v1"], recipe => recipe.Uri = [Id, "spiffe://default/other"]),
        .. Of("SpiffeScheme", recipe => recipe.Uri = [], recipe => recipe.Uri = ["https://default/web"], recipe => recipe.Uri = ["SPIFFE://default/web"]),
        .. Of("SpiffeTrustDomain", recipe => recipe.Uri = ["spiffe:///web"], recipe => recipe.Uri = ["spiffe://Default/web"], recipe => recipe.Uri = ["spiffe://default:8443/web"]),
        .. Of("SpiffePath", recipe => recipe.Uri = ["spiffe://default/web/"], recipe => recipe.Uri = ["spiffe://default//web"], recipe => recipe.Uri = ["spiffe://default/../web"], recipe => recipe.Uri = ["spiffe://default/web?v=1"], recipe => recipe.Uri = ["spiffe://default/%77eb"]),
        .. Of("SpiffeLength", recipe => recipe.Uri = [$"spiffe://default/{new string('w', 2048)}"]),
        new("Spiffe", "SpiffeExpectedTrustDomain", true, () => Expect("default")),
        new("Spiffe", "SpiffeExpectedTrustDomain", true, () => Workload(null)),
        new("Spiffe", "SpiffeExpectedTrustDomain", false, () => Expect("east")),
        .. Of("SpiffeLeafPath", recipe => recipe.Uri = ["spiffe://default"], recipe => recipe.Uri = ["spiffe://default/"]),
        .. Of("SpiffeLeafAuthority", recipe => (recipe.IsCa, recipe.KeyUsage) = (true, KeyUsages.KeyCertSign)),
        .. Of("SpiffeDigitalSignature", recipe => recipe.KeyUsage = KeyUsages.KeyEncipherment, recipe => recipe.KeyUsage = null),
        .. Of("SpiffeLeafSigning", recipe => recipe.KeyUsage = KeyUsages.DigitalSignature | KeyUsages.CrlSign, recipe => recipe.KeyUsage = KeyUsages.DigitalSignature | KeyUsages.KeyCertSign),
        .. Of("SpiffeKeyUsageCritical", recipe => recipe.KeyUsageCritical = false, recipe => recipe.KeyUsage = null),
        .. Of("SpiffeExtendedKeyUsage", recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth], recipe => recipe.ExtendedKeyUsage = [Oids.ClientAuth]),
        .. Of("SpiffeExtendedKeyUsagePresent", recipe => recipe.ExtendedKeyUsage = []),
        new("Spiffe", "SpiffeSigningPath", true, () => Below("spiffe://default")),
        new("Spiffe", "SpiffeSigningPath", true, () => Workload(null)),
        new("Spiffe", "SpiffeSigningPath", false, () => Below("spiffe://default/ca")),
        new("Spiffe", "SpiffeSigningTrustDomain", true, () => Below("spiffe://default")),
        new("Spiffe", "SpiffeSigningTrustDomain", false, () => Below("spiffe://east")),
    ];

    private static IEnumerable<RuleCase> Of(string id, params Action<CertificateRecipe>[] broken) =>
    [
        new("Spiffe", id, true, () => Workload(null)),
        .. broken.Select(change => new RuleCase("Spiffe", id, false, () => Workload(change))),
    ];

    private static RuleSubject Workload(Action<CertificateRecipe>? change) => Leaf(recipe =>
    {
        (recipe.Uri, recipe.Dns) = ([Id], []);
        change?.Invoke(recipe);
    });

    private static RuleSubject Expect(string trustDomain) => Workload(null) with { Context = RuleSecrets.Context with { TrustDomain = trustDomain } };

    private static RuleSubject Below(string authorityId)
    {
        ForgedCertificate authority = CertificateForge.Intermediate(Root, change: recipe => recipe.Uri = [authorityId]);
        return RuleSecrets.Chain(CertificateForge.Leaf(authority, recipe => recipe.Uri = [Id]), [authority], [Root]);
    }
}
