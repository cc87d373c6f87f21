using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Tests.Certificates.Reading;

/// <summary>What RFC 7468 allows is read.</summary>
public sealed class ToleranceTests
{
    private static TestMaterial M => TestMaterial.Shared;

    private static IReadOnlyDictionary<string, string> Allowed => new Dictionary<string, string>
    {
        ["as written"] = M.LeafPem,
        ["CRLF"] = M.LeafPem.Replace("\n", "\r\n", StringComparison.Ordinal),
        ["CR"] = M.LeafPem.Replace('\n', '\r'),
        ["no final newline"] = M.LeafPem.TrimEnd(),
        ["trailing whitespace"] = M.LeafPem.Replace("\n", " \t\n", StringComparison.Ordinal),
        ["blank lines"] = "\n\n" + M.LeafPem.Replace("\n", "\n\n", StringComparison.Ordinal),
        ["text around"] = "subject=CN = leaf\nBag Attributes\n    localKeyID: 01 \n" + M.LeafPem + "# the end: of it\n",
        ["text in another encoding"] = "d\u00E9j\u00E0 vu \u65E5\u672C\n" + M.LeafPem,
        ["one long line"] = TestMaterial.Pem("CERTIFICATE", []).Replace("\n", "\n" + Convert.ToBase64String(M.Leaf.RawData) + "\n", StringComparison.Ordinal).TrimEnd(),
        ["lines of 76"] = "-----BEGIN CERTIFICATE-----\n" + Convert.ToBase64String(M.Leaf.RawData, Base64FormattingOptions.InsertLineBreaks) + "\n-----END CERTIFICATE-----",
        ["the older label"] = M.LeafPem.Replace("CERTIFICATE", "X509 CERTIFICATE", StringComparison.Ordinal),
    };

    public static TheoryData<string> Variations => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Variations))]
    public void Allowed_variation_is_read(string variation)
    {
        MaterialItem item = CertificateReader.ReadCertificates(TestMaterial.Bytes(Allowed[variation]), variation).Single();
        Assert.Equal(M.Leaf.RawData, item.GetDer());
    }

    [Fact]
    public void All_kinds_are_read_in_order_with_their_lines()
    {
        string pem = M.LeafPem + "note\n" + M.RequestPem + M.EcPkcs8Pem + M.EncryptedPem + M.Sec1Pem + M.Pkcs1Pem + M.PublicKeyPem + M.CrlPem;
        using MaterialSet set = MaterialReader.Read(TestMaterial.Bytes(pem), "all.pem");
        Assert.Equal(
            [MaterialKind.Certificate, MaterialKind.CertificateRequest, MaterialKind.PrivateKey, MaterialKind.EncryptedPrivateKey, MaterialKind.EcPrivateKey, MaterialKind.RsaPrivateKey, MaterialKind.PublicKey, MaterialKind.Crl],
            set.Select(item => item.Kind));
        string[] lines = pem.Split('\n');
        Assert.All(set, item => Assert.StartsWith("-----BEGIN", lines[item.Line - 1], StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, 8), set.Select(item => item.Position));
    }

    [Fact]
    public void Disposing_zeroes_keys_and_keeps_certificates()
    {
        MaterialSet set = MaterialReader.Read(TestMaterial.Bytes(M.LeafPem + M.EcPkcs8Pem), "both.pem");
        set.Dispose();
        Assert.Equal(M.Leaf.RawData, set[0].GetDer());
        Assert.True(set[1].GetDer().Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void The_options_do_not_tell_the_password()
    {
        MaterialReadOptions options = new() { Password = TestMaterial.Password.AsMemory() };
        Assert.DoesNotContain(TestMaterial.Password, options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(TestMaterial.Password, System.Text.Json.JsonSerializer.Serialize(options), StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_of_size_holds()
    {
        MaterialReadOptions options = new() { MaxSize = 100 };
        Assert.Equal("MaterialTooLarge", Assert.Throws<MeshException>(() => MaterialReader.Read(new byte[101], "big", options)).ErrorId);
    }
}
