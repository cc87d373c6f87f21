using System.Text;
using System.Text.RegularExpressions;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Certificates.Requests;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Tests.Certificates.Reading;
using MeshSecrets.Tests.Issuers;

namespace MeshSecrets.Tests.Certificates.Repairing;

/// <summary>
/// The request and key that a console's document shows, and the same once more in its YAML: each of the four texts has
/// an 's' that does not belong there, and what is called a certificate is a request.
/// </summary>
public sealed class DocumentTests
{
    private static string Request => BrokenInputs.Document("helloworld.example.com.csr");

    private static string Key => BrokenInputs.Document("helloworld.example.com.key");

    private static string Field(string name) =>
        Regex.Match(BrokenInputs.Document("secret001.yaml"), $@"{name}: >-\n\s+(\S+)").Groups[1].Value;

    private static byte[] SoundRequest => Convert.FromBase64String(Body(Request).Replace("2As==", "2A==", StringComparison.Ordinal));

    private static byte[] SoundKey => Convert.FromBase64String(Body(Key).Replace("slks=", "slk=", StringComparison.Ordinal));

    private static RepairInput Encoded(string name, MaterialKind? expected) => new($"secret001.yaml, {name}", Encoding.ASCII.GetBytes(Field(name)))
    {
        Expected = expected,
        EncodingFault = new MeshException("ManifestValueNotBase64", MeshErrorKind.InvalidData, "no base64"),
    };

    [Fact]
    public void Each_PEM_text_is_restored_alone()
    {
        using RepairReport request = Repaired.Of(Request);
        using RepairReport key = Repaired.Of(Key);
        Assert.Equal((652, 1217), (SoundRequest.Length, SoundKey.Length));
        Repaired.Restores(request, SoundRequest);
        Repaired.Restores(key, SoundKey);
        Assert.Equal((RepairProof.SignatureVerified, RepairProof.KeyConsistent), (request.Proof, key.Proof));
        Assert.Equal(MaterialKind.CertificateRequest, request.Items.Single().Kind);
        Assert.Equal(["PemStrayCharacter"], Repaired.FaultIds(key));
    }

    [Fact]
    public void Together_request_and_key_prove_each_other()
    {
        IReadOnlyList<RepairReport> reports = Repaired.Group(Request, Key);
        Repaired.Restores(reports[0], SoundRequest);
        Repaired.Restores(reports[1], SoundKey);
        Assert.Equal(RepairProof.SignatureVerified | RepairProof.SamePublicKey, reports[0].Proof);
        Assert.Equal(RepairProof.KeyConsistent | RepairProof.SamePublicKey, reports[1].Proof);
    }

    [Fact]
    public void Both_fields_of_the_YAML_are_restored_and_the_request_is_named()
    {
        IReadOnlyList<RepairReport> reports = MaterialRepair.Examine([Encoded("tls.crt", MaterialKind.Certificate), Encoded("tls.key", MaterialKind.PrivateKey)], cancellationToken: TestContext.Current.CancellationToken);
        Repaired.Restores(reports[0], SoundRequest);
        Repaired.Restores(reports[1], SoundKey);
        Assert.Equal(["ManifestValueNotBase64", "PemArmourMissing", "CertificateExpectedRequestFound"], Repaired.FaultIds(reports[0]));
        Assert.Null(reports[0].Faults[^1].Mend);
        Assert.Equal(["ManifestValueNotBase64", "PemArmourMissing"], Repaired.FaultIds(reports[1]));
        Assert.StartsWith("-----BEGIN CERTIFICATE REQUEST-----\n", Encoding.ASCII.GetString(reports[0].GetContent().Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("tls.key")]
    public void A_field_pasted_into_a_file_is_restored(string name)
    {
        using RepairReport report = Repaired.Of(Field(name));
        Repaired.Restores(report, name == "tls.crt" ? SoundRequest : SoundKey);
    }

    [Fact]
    public void The_neighbour_of_the_stray_character_is_no_remedy()
    {
        byte[] wrong = Convert.FromBase64String(Body(Key).Replace("slks=", "sls=", StringComparison.Ordinal));
        Assert.Equal(SoundKey.Length, wrong.Length);
        using RepairReport report = Repaired.Of(Key.Replace("slks=", "sls=", StringComparison.Ordinal));
        Repaired.Refuses(report);
        Assert.Equal(["PrivateKeyInvalid"], Repaired.FaultIds(report));
        using RepairReport whole = Repaired.Of(Key);
        using PrivateKey key = PrivateKeyReader.Read(whole.GetContent(), "restored");
        Assert.NotEqual(wrong, key.ExportPkcs8());
    }

    [Fact]
    public void The_restored_request_and_key_are_a_pair()
    {
        IReadOnlyList<RepairReport> reports = Repaired.Group(Request, Key);
        using PrivateKey key = PrivateKeyReader.Read(reports[1].GetContent(), "key");
        ReadOnlyMemory<byte> der = reports[0].Items.Single().GetDer();
        KeyPairCheck.EnsureMatch(key, "key", der, "request");
        CertificateRequestInfo.Parse(der, "request").EnsureProven();
    }

    [Fact]
    public void A_certificate_is_issued_for_the_restored_request()
    {
        using RepairReport request = Repaired.Of(Request);
        using RepairReport restored = Repaired.Of(Key);
        using AuthorityFixture authorities = new();
        CertificateAuthority authority = authorities.Root();
        CertificateOrder order = new(CertificateRequestInfo.Parse(request.Items.Single().GetDer(), "request"))
        {
            Names = SubjectAlternativeNames.Create(dnsNames: ["helloworld.example.com"]),
            Profile = CertificateProfile.Server,
        };
        IssuedCertificate issued = authority.Issue(order);
        using PrivateKey key = PrivateKeyReader.Read(restored.GetContent(), "key");
        KeyPairCheck.EnsureMatch(key, "key", issued.Certificate.Encoded, "certificate");
        Assert.Contains("helloworld.example.com", issued.Certificate.Names.DnsNames);
    }

    [Fact]
    public void A_stop_ends_the_search()
    {
        using CancellationTokenSource stopped = new();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => MaterialRepair.Examine([new RepairInput("key", Encoding.ASCII.GetBytes(Key))], options: null, stopped.Token));
    }

    private static string Body(string pem) => string.Concat(pem.Split('\n').Where(line => !line.StartsWith('-')));
}
