using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Standards.StandardCases;

namespace MeshSecrets.Tests.Meshes.Standards;

internal sealed class RevocationRuleCases : IRuleCases
{
    private static DateTimeOffset Now => CertificateForge.Now;

    public IEnumerable<RuleCase> Cases =>
    [
        Good("X509CrlUnreadable", Sound),
        Bad("X509CrlUnreadable", () => With(Web.Der)),
        Good("X509CrlExpired", Sound),
        Bad("X509CrlExpired", () => With(CrlForge.Make(Mesh, Now.AddDays(-9), Now.AddSeconds(-1)))),
        Good("X509CrlNotYetValid", Sound),
        Bad("X509CrlNotYetValid", () => With(CrlForge.Make(Mesh, Now.AddSeconds(1), Now.AddDays(7)))),
        Good("X509CrlNextUpdate", Sound),
        Bad("X509CrlNextUpdate", () => With(CrlForge.Make(Mesh, Now.AddDays(-1), null))),
        Good("X509CrlNotSigned", Sound),
        Bad("X509CrlNotSigned", () => With(List(CertificateForge.Intermediate(Root, change: recipe => recipe.Key = ForgedKey.Ec("other"))))),
        Good("X509CrlIssuerKeyUsage", Sound),
        Bad("X509CrlIssuerKeyUsage", WithoutCrlSign),
        Good("X509CrlMissing", Sound),
        Good("X509CrlMissing", () => Leaf(null)),
        Bad("X509CrlMissing", () => With(List(Mesh))),
        Good("X509Revoked", () => With(List(Mesh, "22"), List(Root, "21"))),
        Bad("X509Revoked", () => With(List(Mesh, "22", "21"), List(Root))),
        Bad("X509Revoked", () => With(List(Mesh), List(Root, "11"))),
        Good("X509CrlPartial", Sound),
        Bad("X509CrlPartial", () => With(CrlForge.Delta(Mesh, Now.AddDays(-1), Now.AddDays(7)))),
    ];

    private static RuleSubject Sound() => With(List(Mesh, "2200"), List(Root));

    private static byte[] List(ForgedCertificate issuer, params string[] serials) => CrlForge.Make(issuer, Now.AddDays(-1), Now.AddDays(7), serials);

    private static RuleSubject With(params byte[][] lists) => Leaf(null) with { Crls = [.. lists] };

    private static RuleSubject WithoutCrlSign()
    {
        ForgedCertificate authority = CertificateForge.Intermediate(Root, change: recipe => recipe.KeyUsage = KeyUsages.KeyCertSign);
        return RuleSecrets.Chain(CertificateForge.Leaf(authority), [authority], [Root]) with { Crls = [List(authority)] };
    }
}
