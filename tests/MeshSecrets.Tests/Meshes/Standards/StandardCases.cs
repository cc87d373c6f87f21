using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Standards;

/// <summary>A sound root, authority and leaf, and cases that depart from them.</summary>
internal static class StandardCases
{
    internal static readonly ForgedCertificate Root = CertificateForge.Root();
    internal static readonly ForgedCertificate Mesh = CertificateForge.Intermediate(Root);
    internal static readonly ForgedCertificate Web = CertificateForge.Leaf(Mesh);

    /// <summary>A sound leaf keeps the rule, changed ones break it.</summary>
    internal static IEnumerable<RuleCase> OfLeaf(string set, string id, params Action<CertificateRecipe>[] broken) =>
    [
        new(set, id, true, () => Leaf(null)),
        .. broken.Select(change => new RuleCase(set, id, false, () => Leaf(change))),
    ];

    /// <summary>A sound authority keeps the rule, changed ones break it.</summary>
    internal static IEnumerable<RuleCase> OfAuthority(string set, string id, params Action<CertificateRecipe>[] broken) =>
    [
        new(set, id, true, () => Authority(null)),
        .. broken.Select(change => new RuleCase(set, id, false, () => Authority(change))),
    ];

    /// <summary>Further leaves that keep a rule.</summary>
    internal static RuleCase Kept(string set, string id, Action<CertificateRecipe> change) => new(set, id, true, () => Leaf(change));

    internal static RuleSubject Leaf(Action<CertificateRecipe>? change) => RuleSecrets.Chain(CertificateForge.Leaf(Mesh, change), [Mesh], [Root]);

    internal static RuleSubject Authority(Action<CertificateRecipe>? change) => RuleSecrets.Chain(CertificateForge.Intermediate(Root, change: change), [], [Root]);

    internal static RuleCase Good(string id, Func<RuleSubject> subject) => new("X509", id, true, subject);

    internal static RuleCase Bad(string id, Func<RuleSubject> subject) => new("X509", id, false, subject);
}
