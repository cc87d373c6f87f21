using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Meshes.Istio;

/// <summary>What Istio's own guide makes, and what istiod makes of ours.</summary>
public sealed class IstioGuideTests : IDisposable
{
    private readonly IstioFixture _istio = new();

    public void Dispose() => _istio.Dispose();

    [Fact]
    public void The_guides_material_is_read_judged_written_and_the_same_again()
    {
        using IstioGuide guide = new();
        Secret secret = _istio.Secret("cacerts", "Opaque", guide.Values);
        RuleContext now = new() { Now = DateTimeOffset.UtcNow };

        // Root and authority are made in this order, within the same second or not: the authority may outlive its root by a second.
        Assert.Equal(["IstioCaRootInChain"], Judge(secret, now));
        AuthorityMaterial read = _istio.Own(IstioFixture.Format("IstioCacerts").TryRead(new MeshObjects([secret], []))!);
        Assert.Single(read.Chain);
        using MeshObjects written = IstioFixture.Format("IstioCacerts").Write(read, IstioFixture.WithKey, now.Now);
        Assert.Empty(Judge(written.Secrets[0], now));
        foreach (string unchanged in new[] { "ca-cert.pem", "root-cert.pem" })
        {
            Assert.Equal(IstioFixture.Text(secret, unchanged), IstioFixture.Text(written.Secrets[0], unchanged));
        }

        AuthorityMaterial again = _istio.RoundTrip("IstioCacerts", read);
        Assert.Equal(read.GetKey()!.SubjectPublicKeyInfo, again.GetKey()!.SubjectPublicKeyInfo);
        Assert.Equal(read.Roots.Single().Thumbprint, again.Roots.Single().Thumbprint);
    }

    [Fact]
    public void An_EC_key_as_openssl_writes_it_by_default_is_named()
    {
        using IstioGuide guide = new("ecparam -name prime256v1 -genkey -out {0}");
        Secret secret = _istio.Secret("cacerts", "Opaque", guide.Values);
        Assert.Contains("IstioCaKeyForm", Judge(secret, new RuleContext { Now = DateTimeOffset.UtcNow }));
    }

    [Theory]
    [InlineData("IstioCacerts")]
    [InlineData("IstioCacertsTls")]
    public void What_is_written_is_loaded_as_istiod_loads_it(string format)
    {
        using PeerTool go = PeerTool.Demand("go");
        using IstioGuide guide = new();
        AuthorityMaterial authority = _istio.Own(IstioFixture.Format("IstioCacerts").TryRead(new MeshObjects([_istio.Secret("cacerts", "Opaque", guide.Values)], []))!);
        using MeshObjects written = IstioFixture.Format(format).Write(authority, IstioFixture.WithKey, _istio.Now);
        ObjectFiles.WriteFolder(written, go.PathOf("cacerts"), overwrite: false);
        Assert.Contains("loaded", Load(go, "cacerts"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_rules_refuse_Go_refuses()
    {
        using PeerTool go = PeerTool.Demand("go");
        using IstioGuide guide = new();
        using IstioGuide other = new();
        Directory.CreateDirectory(go.PathOf("mixed"));
        foreach ((string key, string value) in guide.Values.Where(value => value.Key != "root-cert.pem").Append(other.Values.Single(value => value.Key == "root-cert.pem")))
        {
            File.WriteAllText(go.PathOf($"mixed/{key}"), value);
        }

        Assert.False(go.TryRun("run", Program, go.PathOf("mixed")));
        Secret mixed = _istio.Secret("cacerts", "Opaque", [.. Directory.EnumerateFiles(go.PathOf("mixed")).Select(file => (Path.GetFileName(file), File.ReadAllText(file)))]);
        Assert.Contains("IstioCaChainBroken", Judge(mixed, new RuleContext { Now = DateTimeOffset.UtcNow }));
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Interop", "go", "istio", "main.go");

    private static string Load(PeerTool go, string folder) => go.RunArguments("run", Program, go.PathOf(folder));

    private static string[] Judge(Secret secret, RuleContext context) =>
        [.. MeshDialects.FindRuleSet("Istio").Judge(RuleSubjects.OfSecret(secret, context)).Select(finding => finding.RuleId).Where(id => id != "IstioCaOutlivesIssuer").Distinct()];
}
