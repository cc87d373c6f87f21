using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>Authorities that openssl makes as guides tell, judged and brought into Kuma's form.</summary>
public sealed class GuideAuthorityTests
{
    private const string KumaGuide = "[req]\ndistinguished_name=dn\n[dn]\n[ext]\nbasicConstraints=CA:TRUE,pathlen:0\nkeyUsage=keyCertSign\n";
    private const string GlooGuide = "[req]\ndistinguished_name=dn\n[dn]\n[ext]\nbasicConstraints=CA:TRUE\nkeyUsage=digitalSignature,keyEncipherment,keyCertSign\n";

    [Theory]
    [InlineData(KumaGuide, "Kuma04", 365, "")]
    [InlineData(KumaGuide, "Kuma", 365, "")]
    [InlineData(KumaGuide, "Kuma04", 30, "Kuma04WorkloadOutlivesCa")]
    [InlineData(GlooGuide, "Kuma04", 365, "Kuma04DigitalSignature,Kuma04KeyEncipherment")]
    [InlineData(GlooGuide, "Kuma", 365, "KumaLeafKeyUsage")]
    [InlineData(GlooGuide, "Kuma3", 365, "KumaLeafKeyUsage,Kuma3RootGiven")]
    public void Roots_are_judged_as_each_version_would(string config, string set, int days, string findings)
    {
        using PeerTool openssl = MakeRoot(config, days);
        SourceContent key = new(openssl.Read("key.pem"), "key.pem");
        RuleContext now = new() { Now = DateTimeOffset.UtcNow };
        RuleSubject subject = Assert.Single(RuleSubjects.OfContent(new(openssl.Read("crt.pem"), "crt.pem"), new SubjectCompanions { Key = key }, MaterialReadOptions.Default, now));
        Assert.Equal(findings, string.Join(',', MeshDialects.FindRuleSet(set).Judge(subject).Select(finding => finding.RuleId)));
    }

    [Theory]
    [InlineData("KumaProvided")]
    [InlineData("KumaBuiltin")]
    [InlineData("Kuma04Builtin")]
    public void Roots_come_into_each_form_and_openssl_reads_them_there(string format)
    {
        using PeerTool openssl = MakeRoot(KumaGuide, 365);
        using TlsKeyMaterial material = TlsKeyMaterial.Read(new(openssl.Read("crt.pem"), "crt.pem"), new(openssl.Read("key.pem"), "key.pem"), authorities: null, MaterialReadOptions.Default);
        using AuthorityMaterial authority = new("guide", material.Key.Clone()) { Chain = material.Chain, Roots = material.Chain };
        using MeshObjects objects = MeshDialects.FindAuthorityFormat(format).Write(authority, new FormatTarget { IncludePrivateKey = true }, DateTimeOffset.UtcNow);
        using AuthorityMaterial read = MeshDialects.FindAuthorityFormat(format).TryRead(objects)!;
        Assert.Equal(material.Chain[0].Thumbprint, read.Chain[0].Thumbprint);
        if (objects.Secrets is [var certificate, var key])
        {
            openssl.Write("cert.out", certificate.GetData().GetValue("value").Span);
            openssl.Write("key.out", key.GetData().GetValue("value").Span);
            Assert.Equal(openssl.Run("x509 -in cert.out -noout -pubkey"), openssl.Run("pkey -in key.out -pubout"));
        }
    }

    private static PeerTool MakeRoot(string config, int days)
    {
        PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("ca.cnf", System.Text.Encoding.ASCII.GetBytes(config));
        openssl.Run($"req -config ca.cnf -new -newkey rsa:2048 -nodes -subj /CN=Hello -x509 -days {days} -extensions ext -keyout key.pem -out crt.pem");
        return openssl;
    }
}
