using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Meshes.Rules;

/// <summary>What many subjects have in common is said once of each, not once of each pair.</summary>
public sealed class RuleScaleTests
{
    private const int Subjects = 2000;
    private static readonly ForgedCertificate s_root = CertificateForge.Root("CN=relay-root");
    private static readonly ForgedCertificate s_otherRoot = CertificateForge.Root("CN=relay-root", recipe => recipe.Key = ForgedKey.Ec("other"));
    private static readonly string[] s_shared = ["GlooRelaySharedKey", "GlooRelaySerialUnique", "GlooRelayOtherSide", "GlooRelayTokenSame", "IstioCaKeyShared", "X509KeyShared"];

    /// <summary>One key, one serial number, two roots that do not know each other, and a token in each cluster.</summary>
    [Fact]
    public void Thousands_that_share_a_key_have_a_few_findings_each()
    {
        RuleSubject[] subjects = [.. Enumerable.Range(0, Subjects).Select(Make)];
        ILookup<string, RuleFinding[]> found = Judge(subjects).ToLookup(each => each.Subject.Secret!.Id.Name, each => each.Findings);
        Assert.Equal(Subjects, found.Sum(each => each.Count()));
        Assert.All(found.SelectMany(each => each), findings =>
        {
            Assert.InRange(findings.Length, 1, 25);
            Assert.All(findings.GroupBy(finding => finding.RuleId), same => Assert.True(!s_shared.Contains(same.Key) || same.Count() == 1, same.Key));
            Assert.All(findings, finding => Assert.InRange(finding.Found.Length, 1, 600));
        });
        AssertEach(found["relay-client-tls-secret"], "GlooRelaySharedKey", "GlooRelaySerialUnique", "GlooRelayOtherSide", "X509KeyShared");
        AssertEach(found["relay-server-tls-secret"], "GlooRelaySharedKey", "GlooRelaySerialUnique", "GlooRelayOtherSide", "X509KeyShared");
        AssertEach(found["relay-identity-token-secret"], "GlooRelayTokenSame");
        AssertEach(found["cacerts"], "IstioCaKeyShared", "X509KeyShared");
    }

    [Fact]
    public void The_first_few_are_named_and_more_are_told_of()
    {
        RuleSubject[] subjects = [.. Enumerable.Range(0, 8).Select(i => Relay("relay-client-tls-secret", i))];
        string found = Assert.Single(Judge(subjects).First().Findings, finding => finding.RuleId == "GlooRelaySharedKey").Found;
        Assert.Equal($"its key is also that of {string.Join(", ", subjects[1..6].Select(subject => subject.Target))} and more", found);
        found = Assert.Single(Judge(subjects[..2]).Last().Findings, finding => finding.RuleId == "GlooRelaySharedKey").Found;
        Assert.Equal($"its key is also that of {subjects[0].Target}", found);
    }

    [Fact]
    public void A_trait_is_asked_of_each_subject_once_for_the_whole_run()
    {
        RuleSubject[] subjects = [.. Enumerable.Range(0, 50).Select(i => Token(i))];
        OtherSubjects all = [.. subjects];
        int asked = 0;
        object? Trait(RuleSubject subject)
        {
            asked++;
            return subject.Secret!.Id.Namespace == "ns-0" ? "first" : "later";
        }

        Func<RuleSubject, object?> trait = Trait;
        Assert.All(subjects, subject => Assert.Equal(subject == subjects[0] ? 0 : 1, all.Without(subject).With(trait, "first").Count()));
        Assert.All(subjects[1..], subject => Assert.Same(subjects[0], Assert.Single(all.Without(subject).WithAnother(trait, "later"))));
        Assert.Equal(subjects.Length, asked);
        Assert.Equal(subjects[1..], all.Without(subjects[0]));
    }

    private static IEnumerable<(RuleSubject Subject, RuleFinding[] Findings)> Judge(RuleSubject[] subjects)
    {
        RuleJudge judge = new([]);
        KeyOwners owners = new();
        Array.ForEach(subjects, owners.Add);
        OtherSubjects all = [.. subjects];
        foreach (RuleSubject subject in subjects)
        {
            using (subject.Secret)
            {
                yield return (subject, [.. judge.Judge(subject with { Context = subject.Context with { KeyOwners = owners, Others = all.Without(subject) } })]);
            }
        }
    }

    private static void AssertEach(IEnumerable<RuleFinding[]> found, params string[] rules)
    {
        Assert.NotEmpty(found);
        Assert.All(found, findings => Assert.Subset(findings.Select(finding => finding.RuleId).ToHashSet(), rules.ToHashSet()));
    }

    private static RuleSubject Make(int i) => (i % 5) switch
    {
        0 => Relay("relay-server-tls-secret", i),
        1 or 2 => Relay("relay-client-tls-secret", i),
        3 => Token(i),
        _ => RuleSecrets.Subject("cacerts", null, $"ns-{i}", SecretType.Opaque, ("ca-cert.pem", s_root.Pem), ("ca-key.pem", s_root.KeyPem), ("root-cert.pem", s_root.Pem), ("cert-chain.pem", s_root.Pem)),
    };

    private static RuleSubject Token(int i) => RuleSecrets.Subject("relay-identity-token-secret", null, $"ns-{i}", SecretType.Opaque, ("token", $"abcdefghijklmnopqrstuvwxyz-{i}"));

    private static RuleSubject Relay(string name, int i)
    {
        ForgedCertificate leaf = CertificateForge.Leaf(s_root, recipe => (recipe.Subject, recipe.Dns, recipe.Key, recipe.Serial) = ($"CN=c{i % 7}", [$"c{i % 7}"], ForgedKey.Ec("one"), [0]));
        return RuleSecrets.Subject(name, null, $"ns-{i}", SecretType.Tls, ("tls.crt", leaf.Pem), ("tls.key", leaf.KeyPem), ("ca.crt", s_otherRoot.Pem));
    }
}
