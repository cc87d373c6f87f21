using System.Formats.Asn1;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Standards.StandardCases;

namespace MeshSecrets.Tests.Meshes.Standards;

internal sealed class ChainRuleCases : IRuleCases
{
    private const string Set = "X509";

    /// <summary>Another authority under the name of the first.</summary>
    private static readonly ForgedCertificate s_namesake = CertificateForge.Intermediate(Root, change: recipe => recipe.Key = ForgedKey.Ec("namesake"));

    private static DateTimeOffset Now => CertificateForge.Now;

    public IEnumerable<RuleCase> Cases =>
    [
        // Who may issue.
        .. OfAuthority(Set, "X509AuthoritySubject", recipe => recipe.Subject = ""),
        Kept(Set, "X509AuthoritySubject", recipe => recipe.Subject = ""),
        .. OfAuthority(Set, "X509BasicConstraintsCritical", recipe => recipe.BasicConstraintsCritical = false),
        .. OfAuthority(Set, "X509AuthorityKeyUsage", recipe => recipe.KeyUsage = KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment),
        .. OfAuthority(Set, "X509AuthorityKeyUsagePresent", recipe => recipe.KeyUsage = null),
        .. OfLeaf(Set, "X509KeyCertSignWithoutAuthority", recipe => recipe.KeyUsage = KeyUsages.KeyCertSign, recipe => (recipe.IsCa, recipe.KeyUsage) = (null, KeyUsages.KeyCertSign | KeyUsages.DigitalSignature)),
        .. OfLeaf(Set, "X509PathLengthOfLeaf", recipe => recipe.PathLength = 0),
        Good("X509PathLengthOfLeaf", () => Authority(null)),
        .. OfLeaf(Set, "X509IssuerPresent", recipe => recipe.Issuer = ""),
        Good("X509IssuerNotAuthority", () => Leaf(null)),
        Bad("X509IssuerNotAuthority", () => RuleSecrets.Chain(Web, [CertificateForge.Intermediate(Root, change: recipe => (recipe.IsCa, recipe.PathLength) = (false, null))], [Root])),
        Good("X509SelfSignedLeaf", () => RuleSecrets.Chain(Root)),
        Bad("X509SelfSignedLeaf", () => RuleSecrets.Chain(SelfSigned())),

        // Order and signatures.
        Good("X509ChainOrder", () => Leaf(null)),
        Bad("X509ChainOrder", () => RuleSecrets.Chain(Web, [Root, Mesh])),
        Bad("X509ChainOrder", () => RuleSecrets.Chain(Mesh, [Web])),
        Good("X509IssuerNameMismatch", () => Leaf(null)),
        Bad("X509IssuerNameMismatch", () => RuleSecrets.Chain(CertificateForge.Leaf(Mesh, recipe => recipe.Issuer = "CN=Mesh"), [Mesh], [Root])),
        Bad("X509IssuerNameMismatch", () => RuleSecrets.Chain(Web, [CertificateForge.Intermediate(Root, change: recipe => recipe.SubjectDer = PrintableMesh())], [Root])),
        Good("X509ChainSignature", () => Leaf(null)),
        Good("X509ChainSignature", () => RuleSecrets.Chain(Web, [Mesh], [s_namesake, Root])),
        Bad("X509ChainSignature", () => RuleSecrets.Chain(Web, [s_namesake], [Root])),
        Bad("X509ChainSignature", () => Leaf(recipe => recipe.BreakSignature = true)),
        Good("X509ChainVerifies", () => Leaf(null)),
        Good("X509ChainVerifies", () => Leaf(recipe => (recipe.NotBefore, recipe.NotAfter) = (Now.AddDays(-9), Now.AddDays(-1)))),
        Bad("X509ChainVerifies", () => RuleSecrets.Chain(Web, [], [Root])),
        Bad("X509ChainVerifies", () => RuleSecrets.Chain(Web, [Mesh], [CertificateForge.Root("CN=Other", recipe => recipe.Key = ForgedKey.Ec("other"))])),
        Good("X509PathLengthExceeded", () => Leaf(null)),
        Bad("X509PathLengthExceeded", TooLong),
        Bad("X509PathLengthExceeded", () => RuleSecrets.Chain(Mesh, [], [CertificateForge.Root(change: recipe => recipe.PathLength = 0)]) with { Chain = [Below().Info, Mesh.Info] }),

        // What authorities restrict.
        Good("X509NameConstraint", () => Constrained("example")),
        Bad("X509NameConstraint", () => Constrained("other")),
        Good("X509AuthorityExtendedKeyUsage", () => Authority(null)),
        Good("X509AuthorityExtendedKeyUsage", () => Authority(recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth, Oids.ClientAuth])),
        Bad("X509AuthorityExtendedKeyUsage", () => Authority(recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth])),
        Bad("X509AuthorityExtendedKeyUsage", () => RuleSecrets.Chain(Web, [CertificateForge.Intermediate(Root, change: recipe => recipe.ExtendedKeyUsage = [Oids.ClientAuth])], [Root])),
        Good("X509KeyIdentifierMismatch", () => Leaf(null)),
        Bad("X509KeyIdentifierMismatch", () => Leaf(recipe => recipe.OtherAuthorityKeyIdentifier = [1, 2, 3, 4])),

        // Lives.
        .. OfAuthority(Set, "X509AuthorityOutlivesIssuer", recipe => recipe.NotAfter = Now.AddDays(3651)),
        Kept(Set, "X509AuthorityOutlivesIssuer", recipe => recipe.NotAfter = Now.AddDays(361)),
        .. OfLeaf(Set, "X509LeafOutlivesIssuer", recipe => recipe.NotAfter = Now.AddDays(361)),
        Kept(Set, "X509LeafOutlivesIssuer", recipe => recipe.NotAfter = Now.AddDays(360)),
        Good("X509RootInChain", () => Leaf(null)),
        Good("X509RootInChain", () => RuleSecrets.Chain(Mesh, [Root])),
        Bad("X509RootInChain", () => RuleSecrets.Chain(Web, [Mesh, Root], [Root])),
        Good("X509ChainDuplicate", () => Leaf(null)),
        Bad("X509ChainDuplicate", () => RuleSecrets.Chain(Web, [Mesh, Mesh], [Root])),

        // What is trusted.
        Good("X509TrustExpired", () => RuleSecrets.Chain(Web, [Mesh], [Root, Old(-1)])),
        Bad("X509TrustExpired", () => RuleSecrets.Chain(Web, [Mesh], [Old(-1), Old(-2)])),
        Good("X509TrustPartlyExpired", () => RuleSecrets.Chain(Web, [Mesh], [Old(-1)])),
        Bad("X509TrustPartlyExpired", () => RuleSecrets.Chain(Web, [Mesh], [Root, Old(-1)])),
        Good("X509TrustNearExpiry", () => Leaf(null)),
        Bad("X509TrustNearExpiry", () => RuleSecrets.Chain(Web, [Mesh], [Root, Old(60)])),
        Bad("X509TrustNearExpiry", () => Leaf(null) with { Context = RuleSecrets.Context with { Within = TimeSpan.FromDays(4000) } }),
        Good("X509TrustNoAuthority", () => Leaf(null)),
        Bad("X509TrustNoAuthority", () => RuleSecrets.Chain(Web, [Mesh], [Root, Web])),
        Good("X509TrustNamesakes", () => RuleSecrets.Chain(Web, [Mesh], [Root, CertificateForge.Root(change: recipe => recipe.Key = ForgedKey.Ec("other"))])),
        Bad("X509TrustNamesakes", () => RuleSecrets.Chain(Web, [Mesh], [Root, CertificateForge.Root(change: recipe => (recipe.Key, recipe.SubjectKeyIdentifier) = (ForgedKey.Ec("other"), false))])),
        Good("X509TrustDuplicate", () => Leaf(null)),
        Bad("X509TrustDuplicate", () => RuleSecrets.Chain(Web, [Mesh], [Root, Root])),
    ];

    private static ForgedCertificate SelfSigned() => CertificateForge.Make(signer: null, change: null, new CertificateRecipe { Subject = "CN=web", IsCa = false, KeyUsage = KeyUsages.DigitalSignature, Dns = ["web.example"] });

    private static ForgedCertificate Old(int days) => CertificateForge.Root($"CN=Old {days}", recipe => recipe.NotAfter = Now.AddDays(days));

    /// <summary>An authority below one that allows none below it.</summary>
    private static ForgedCertificate Below() => CertificateForge.Intermediate(Mesh, "CN=Below", recipe => recipe.Key = ForgedKey.Ec("below"));

    private static RuleSubject TooLong() => RuleSecrets.Chain(CertificateForge.Leaf(Below()), [Below(), Mesh], [Root]);

    private static RuleSubject Constrained(string domain)
    {
        ForgedCertificate authority = CertificateForge.Intermediate(Root, change: recipe => recipe.More.Add((Oids.NameConstraints, true, CertificateForge.Encode(writer =>
        {
            using (writer.PushSequence())
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteOctetString(Encoding.ASCII.GetBytes(domain), new Asn1Tag(TagClass.ContextSpecific, 2));
            }
        }))));
        return RuleSecrets.Chain(CertificateForge.Leaf(authority), [authority], [Root]);
    }

    /// <summary>The authority's name, in another string type.</summary>
    private static byte[] PrintableMesh() => CertificateForge.Encode(writer =>
    {
        using (writer.PushSequence())
        {
            foreach ((string oid, string value) in (ReadOnlySpan<(string, string)>)[("2.5.4.10", "Example"), ("2.5.4.3", "Mesh")])
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteCharacterString(UniversalTagNumber.PrintableString, value);
                }
            }
        }
    });
}
