using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Issuers;
using static MeshSecrets.Tests.Meshes.Standards.StandardCases;

namespace MeshSecrets.Tests.Meshes.Standards;

/// <summary>What is sound has no finding: a rule that cries wolf is switched off.</summary>
public sealed class SoundMaterialTests
{
    [Fact]
    public void A_sound_leaf_and_a_sound_authority()
    {
        AssertSound(Leaf(null), "X509", "TlsServer");
        AssertSound(Leaf(recipe => (recipe.Uri, recipe.Dns) = (["spiffe://default/web"], [])), "X509", "Spiffe");
        AssertSound(Authority(null), "X509");
    }

    [Fact]
    public void What_is_issued_here()
    {
        using AuthorityFixture authorities = new() { Clock = new ManualClock(DateTimeOffset.UtcNow) };
        CertificateAuthority root = authorities.Root();
        CertificateAuthority mesh = authorities.Below(root);
        SubjectAlternativeNames host = SubjectAlternativeNames.Create(["web.shop.example"]);
        SubjectAlternativeNames workload = SubjectAlternativeNames.Create(uris: ["spiffe://default/web"]);
        AssertSound(Subject(mesh.Issue(authorities.Order(host, CertificateProfile.Server, "CN=web.shop.example")), authorities), "X509", "TlsServer");
        AssertSound(Subject(mesh.Issue(authorities.Order(workload, CertificateProfile.Workload)), authorities), "X509", "Spiffe");
        RuleFinding advice = Assert.Single(Judge(Subject(mesh.Issue(authorities.Order(host, CertificateProfile.Server, key: authorities.Key(KeyAlgorithm.Rsa2048))), authorities), "X509", "TlsServer"));
        Assert.Equal("X509RsaAvoidable", advice.RuleId);
    }

    private static RuleSubject Subject(IssuedCertificate issued, AuthorityFixture authorities) => new()
    {
        Target = "issued",
        Chain = [issued.Certificate, .. issued.Intermediates],
        Roots = [.. issued.Roots],
        Context = new RuleContext { Now = authorities.Clock.GetUtcNow() },
    };

    private static void AssertSound(RuleSubject subject, params string[] sets)
    {
        RuleFinding[] findings = Judge(subject, sets);
        Assert.True(findings.Length == 0, string.Join('\n', findings.Select(finding => $"{finding.RuleId}: {finding.Found}")));
    }

    private static RuleFinding[] Judge(RuleSubject subject, params string[] sets) => [.. sets.SelectMany(set => MeshDialects.FindRuleSet(set).Judge(subject))];
}
