using System.Formats.Asn1;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Standards.StandardCases;

namespace MeshSecrets.Tests.Meshes.Standards;

internal sealed class CertificateRuleCases : IRuleCases
{
    private const string Set = "X509";

    public IEnumerable<RuleCase> Cases =>
    [
        .. OfLeaf(Set, "X509Version", recipe => recipe.Version = 1, recipe => recipe.Version = 2),
        .. OfLeaf(Set, "X509SerialPositive", recipe => recipe.Serial = [0x80, 0x01]),
        Kept(Set, "X509SerialPositive", recipe => recipe.Serial = [0x00, 0x80, 0x01]),
        .. OfLeaf(Set, "X509SerialLength", recipe => recipe.Serial = [.. Enumerable.Repeat((byte)0x11, 21)]),
        Kept(Set, "X509SerialLength", recipe => recipe.Serial = [0x00, .. Enumerable.Repeat((byte)0xF1, 20)]),
        .. OfAuthority(Set, "X509SerialZero", recipe => recipe.Serial = [0]),
        Good("X509SignatureWeak", () => RuleSecrets.Chain(CertificateForge.Leaf(RsaRoot()), roots: [RsaRoot()])),
        Bad("X509SignatureWeak", () => RuleSecrets.Chain(CertificateForge.Leaf(RsaRoot(), recipe => recipe.Hash = "SHA1"), roots: [RsaRoot()])),
        Bad("X509SignatureWeak", () => RuleSecrets.Chain(CertificateForge.Leaf(RsaRoot(), recipe => recipe.Hash = "MD5"), roots: [RsaRoot()])),
        Bad("X509SignatureWeak", () => Leaf(recipe => recipe.Hash = "SHA1")),
        .. OfLeaf(Set, "X509SignatureAlgorithmAgrees", recipe => recipe.OuterHash = "SHA384"),
        .. OfLeaf(Set, "X509DuplicateExtension", recipe => recipe.More.Add((Oids.KeyUsage, true, CertificateForge.Encode(writer => writer.WriteNamedBitList(KeyUsages.KeyAgreement))))),
        .. OfLeaf(Set, "X509CriticalExtensionUnknown", recipe => recipe.More.Add(("1.2.3.4", true, [0x05, 0x00]))),
        Kept(Set, "X509CriticalExtensionUnknown", recipe => recipe.More.Add(("1.2.3.4", false, [0x05, 0x00]))),
        .. OfLeaf(Set, "X509AuthorityKeyIdentifier", recipe => recipe.AuthorityKeyIdentifier = false),
        Good("X509AuthorityKeyIdentifier", () => RuleSecrets.Chain(Root)),
        .. OfAuthority(Set, "X509SubjectKeyIdentifier", recipe => recipe.SubjectKeyIdentifier = false),
        Kept(Set, "X509SubjectKeyIdentifier", recipe => recipe.SubjectKeyIdentifier = false),
        .. OfLeaf(Set, "X509EmptySubject", recipe => recipe.Subject = "", recipe => (recipe.Subject, recipe.Dns) = ("", [])),
        Kept(Set, "X509EmptySubject", recipe => (recipe.Subject, recipe.SanCritical) = ("", true)),
        .. OfLeaf(Set, "X509SubjectAltNameEmpty", recipe => (recipe.Dns, _) = ([], Add(recipe, Oids.SubjectAltName, [0x30, 0x00]))),
        .. OfLeaf(Set, "X509KeyUsageCritical", recipe => recipe.KeyUsageCritical = false),
        Kept(Set, "X509KeyUsageCritical", recipe => recipe.KeyUsage = null),
        .. OfLeaf(Set, "X509KeyUsageOfKey", recipe => recipe.KeyUsage = KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment),
        Kept(Set, "X509KeyUsageOfKey", recipe => (recipe.Key, recipe.KeyUsage) = (ForgedKey.Rsa(), KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment)),

        .. OfLeaf(Set, "X509NameLength", recipe => recipe.SubjectDer = Name("2.5.4.10", UniversalTagNumber.UTF8String, new string('o', 65))),
        Kept(Set, "X509NameLength", recipe => recipe.SubjectDer = Name("2.5.4.10", UniversalTagNumber.UTF8String, new string('o', 64))),
        .. OfLeaf(Set, "X509NameCountry", recipe => recipe.SubjectDer = Name("2.5.4.6", UniversalTagNumber.PrintableString, "Germany")),
        Kept(Set, "X509NameCountry", recipe => recipe.SubjectDer = Name("2.5.4.6", UniversalTagNumber.PrintableString, "DE")),
        .. OfLeaf(Set, "X509NameEncoding", recipe => recipe.SubjectDer = Name("2.5.4.3", UniversalTagNumber.BMPString, "web"), recipe => recipe.SubjectDer = Name("2.5.4.3", UniversalTagNumber.T61String, "web")),
        Kept(Set, "X509NameEncoding", recipe => recipe.SubjectDer = Name("2.5.4.3", UniversalTagNumber.PrintableString, "web")),

        .. OfLeaf(Set, "X509ValidityOrder", recipe => (recipe.NotBefore, recipe.NotAfter) = (CertificateForge.Now, CertificateForge.Now.AddDays(-1))),
        .. OfLeaf(Set, "X509Expired", recipe => (recipe.NotBefore, recipe.NotAfter) = (CertificateForge.Now.AddDays(-9), CertificateForge.Now.AddSeconds(-1))),
        Kept(Set, "X509Expired", recipe => recipe.NotAfter = CertificateForge.Now),
        Bad("X509Expired", () => RuleSecrets.Chain(Web, [CertificateForge.Intermediate(Root, change: recipe => recipe.NotAfter = CertificateForge.Now.AddDays(-1))], [Root])),
        .. OfLeaf(Set, "X509NotYetValid", recipe => recipe.NotBefore = CertificateForge.Now.AddSeconds(1)),
        .. OfLeaf(Set, "X509NearExpiry", recipe => recipe.NotAfter = CertificateForge.Now.AddDays(2)),
        Bad("X509NearExpiry", () => Leaf(null) with { Context = RuleSecrets.Context with { Within = TimeSpan.FromDays(81) } }),
        Good("X509NearExpiry", () => Leaf(recipe => recipe.NotAfter = CertificateForge.Now.AddDays(2)) with { Context = RuleSecrets.Context with { Within = TimeSpan.FromDays(1) } }),
        Kept(Set, "X509NearExpiry", recipe => recipe.NotAfter = CertificateForge.Now.AddDays(-2)),
        .. OfLeaf(Set, "X509PublicLife", recipe => (recipe.Dns, recipe.NotAfter) = (["web.example.com"], CertificateForge.Now.AddDays(400))),
        Kept(Set, "X509PublicLife", recipe => (recipe.Dns, recipe.NotAfter) = (["web.shop.svc", "web.shop.svc.cluster.local"], CertificateForge.Now.AddDays(400))),
    ];

    private static ForgedCertificate RsaRoot() => CertificateForge.Root("CN=Rsa", recipe => recipe.Key = ForgedKey.Rsa());

    private static bool Add(CertificateRecipe recipe, string oid, byte[] value)
    {
        recipe.More.Add((oid, false, value));
        return true;
    }

    private static byte[] Name(string oid, UniversalTagNumber type, string value) => CertificateForge.Encode(writer =>
    {
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteCharacterString(type, value);
        }
    });
}
