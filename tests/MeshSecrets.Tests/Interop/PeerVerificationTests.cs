using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Tests.Issuers;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Interop;

/// <summary>Root, intermediate and leaf of each kind of key, made once for all peers.</summary>
public sealed class IssuedChains : IDisposable
{
    private readonly AuthorityFixture _authorities = new() { Clock = new ManualClock(DateTimeOffset.UtcNow) };
    private readonly Dictionary<KeyAlgorithm, IssuedCertificate> _chains = [];

    public IssuedChains()
    {
        foreach (KeyAlgorithm algorithm in Enum.GetValues<KeyAlgorithm>())
        {
            PrivateKey key = _authorities.Key(algorithm);
            CertificateAuthority root = _authorities.Own(CertificateAuthority.CreateRoot("global/root", Named($"CN=Root {algorithm},O=Example"), key.Clone(), _authorities.Clock));
            CertificateAuthority mesh = _authorities.Own(root.CreateIntermediate("global/mesh", Named($"CN=Mesh {algorithm},O=Example"), PrivateKey.Generate(KeyAlgorithm.P256)));
            _chains.Add(algorithm, mesh.Issue(new CertificateOrder(key)
            {
                Subject = DistinguishedName.Parse("CN=web.shop.example"),
                Names = SubjectAlternativeNames.Create(["web.shop.example", "*.web.shop.example"], ["spiffe://default/web"], ["10.0.0.1", "::1"], ["ops@example.com"]),
                Profile = CertificateProfile.Workload,
            }));
        }
    }

    internal void WriteTo(PeerTool tool, KeyAlgorithm algorithm)
    {
        IssuedCertificate issued = _chains[algorithm];
        tool.Write("root.pem", PemWriter.EncodeCertificates([issued.Roots.Single().Encoded]));
        tool.Write("mesh.pem", PemWriter.EncodeCertificates([issued.Intermediates.Single().Encoded]));
        tool.Write("leaf.pem", PemWriter.EncodeCertificates([issued.Certificate.Encoded]));
        tool.Write("chain.pem", PemWriter.EncodeCertificates([issued.Certificate.Encoded, issued.Intermediates.Single().Encoded, issued.Roots.Single().Encoded]));
    }

    public void Dispose() => _authorities.Dispose();

    private static AuthorityOptions Named(string subject) => new() { Subject = DistinguishedName.Parse(subject) };
}

/// <summary>What is issued here is verified by everyone else.</summary>
public sealed class PeerVerificationTests(IssuedChains chains) : IClassFixture<IssuedChains>
{
    private const string Host = "web.shop.example";

    public static TheoryData<KeyAlgorithm> Algorithms => new(Enum.GetValues<KeyAlgorithm>());

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Openssl(KeyAlgorithm algorithm)
    {
        using PeerTool tool = Tool("openssl", algorithm);
        foreach (string purpose in (string[])["sslserver", "sslclient"])
        {
            Assert.Contains("leaf.pem: OK", tool.Run($"verify -x509_strict -CAfile root.pem -untrusted mesh.pem -purpose {purpose} -verify_hostname a.web.shop.example -verify_ip 10.0.0.1 leaf.pem"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void GnuTLS(KeyAlgorithm algorithm)
    {
        using PeerTool tool = Tool("certtool", algorithm);
        Assert.Contains("Chain verification output: Verified. The certificate is trusted.", tool.Run($"--verify --load-ca-certificate root.pem --infile chain.pem --verify-hostname {Host} --verify-profile medium"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Nss(KeyAlgorithm algorithm)
    {
        using PeerTool tool = Tool("certutil", algorithm);
        tool.Run("-N -d . --empty-password");
        tool.Run("-A -d . -n root -t C,, -i root.pem");
        tool.Run("-A -d . -n mesh -t ,, -i mesh.pem");
        tool.Run("-A -d . -n leaf -t ,, -i leaf.pem");
        Assert.Contains("certificate is valid", tool.Run("-V -d . -n leaf -u V -e"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Go(KeyAlgorithm algorithm)
    {
        using PeerTool tool = Tool("go", algorithm);
        string program = Path.Combine(AppContext.BaseDirectory, "Interop", "go", "main.go");
        Assert.Contains("chain of 3, spiffe://default/web, [10.0.0.1 ::1]", tool.RunArguments("run", program, "root.pem", "mesh.pem", "leaf.pem", Host), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Java(KeyAlgorithm algorithm)
    {
        using PeerTool tool = Tool("java", algorithm);
        string program = Path.Combine(AppContext.BaseDirectory, "Interop", "java", "VerifyChain.java");
        Assert.Contains("valid: [[2, web.shop.example], [2, *.web.shop.example], [6, spiffe://default/web]", tool.RunArguments(program, "root.pem", "mesh.pem", "leaf.pem"), StringComparison.Ordinal);
    }

    [Fact]
    public void Keytool()
    {
        using PeerTool tool = Tool("keytool", KeyAlgorithm.P256);
        tool.Run("-importcert -noprompt -alias root -file root.pem -keystore trust -storetype PKCS12 -storepass changeit");
        tool.Run("-importcert -noprompt -alias mesh -file mesh.pem -keystore trust -storetype PKCS12 -storepass changeit");
        Assert.Contains("spiffe://default/web", tool.Run("-printcert -file leaf.pem"), StringComparison.Ordinal);
        Assert.Contains("Your keystore contains 2 entries", tool.Run("-list -keystore trust -storepass changeit"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Python(KeyAlgorithm algorithm)
    {
        using PeerTool tool = Tool("python3", algorithm);
        Assert.SkipUnless(tool.TryRun("-c", "import cryptography.x509.verification"), "Python's cryptography is not on this machine, or too old to verify.");
        string program = Path.Combine(AppContext.BaseDirectory, "Interop", "python", "verify_chain.py");
        Assert.Contains("chain of 3", tool.RunArguments(program, "root.pem", "mesh.pem", "leaf.pem", Host), StringComparison.Ordinal);
    }

    private PeerTool Tool(string name, KeyAlgorithm algorithm)
    {
        PeerTool tool = PeerTool.Demand(name);
        chains.WriteTo(tool, algorithm);
        return tool;
    }
}
