using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Tests.Certificates.Reading;

namespace MeshSecrets.Tests.Certificates.Repairing;

/// <summary>Each fault that the strict reader knows, by itself.</summary>
public sealed class FaultTests
{
    private static TestMaterial M => TestMaterial.Shared;

    private static IReadOnlyDictionary<string, (string Pem, byte[] Der)> Sound { get; } = new Dictionary<string, (string, byte[])>
    {
        ["root"] = (M.RootPem, M.Root.RawData),
        ["request"] = (M.RequestPem, M.Request),
        ["RSA key"] = (M.RsaPkcs8Pem, M.RsaKey.ExportPkcs8PrivateKey()),
        ["PKCS#1 key"] = (M.Pkcs1Pem, M.RsaKey.ExportRSAPrivateKey()),
        ["EC key"] = (M.EcPkcs8Pem, M.EcKey.ExportPkcs8PrivateKey()),
        ["SEC 1 key"] = (M.Sec1Pem, M.EcKey.ExportECPrivateKey()),
    };

    public static TheoryData<string, string> Damaged
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (Damage damage in Damage.All)
            {
                foreach (string material in Sound.Keys)
                {
                    cases.Add(damage.Name, material);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Damaged_material_is_restored_to_the_byte(string damage, string material)
    {
        (string pem, byte[] der) = Sound[material];
        Damage applied = Damage.All.Single(candidate => candidate.Name == damage);
        using RepairReport report = Repaired.Of(applied.Apply(pem));
        Assert.NotEmpty(report.Faults);
        Repaired.Restores(report, der);
        Assert.Equal(pem, Encoding.ASCII.GetString(report.GetContent().Span));
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void The_first_fault_is_the_strict_readers(string damage, string material)
    {
        Damage applied = Damage.All.Single(candidate => candidate.Name == damage);
        byte[] content = applied.Apply(Sound[material].Pem);
        using RepairReport report = Repaired.Of(content);
        MeshException fault = Assert.Throws<MeshException>(() => MaterialReader.Read(content, "site.pem"));
        Assert.Equal((fault.ErrorId, fault.Message), (report.Faults[0].Id, report.Faults[0].Message));
        if (material == "root")
        {
            Assert.Equal(applied.FaultId, fault.ErrorId);
        }
    }

    [Fact]
    public void Every_broken_input_of_the_strict_reader_is_reported_by_its_name()
    {
        string[] elsewhere = ["Pkcs12PasswordWrong"];
        foreach (BrokenInput input in BrokenInputs.All.Where(input => input.Door == Door.Any && !elsewhere.Contains(input.ErrorId)))
        {
            using RepairReport report = Repaired.Of(input.Content);
            Assert.Equal(input.ErrorId, report.Faults[0].Id);
            Assert.True(report.IsProven == report.HasContent, input.Name);
        }
    }

    [Theory]
    [InlineData("empty file")]
    [InlineData("HTML page")]
    [InlineData("Java key store")]
    [InlineData("ZIP archive")]
    [InlineData("PGP key")]
    [InlineData("OpenSSH private key")]
    [InlineData("legacy encryption")]
    [InlineData("empty block")]
    [InlineData("one character too few")]
    [InlineData("a line lost")]
    [InlineData("DER cut short")]
    [InlineData("certificate with a broken inside")]
    [InlineData("RSA key with damaged numbers")]
    [InlineData("PKCS#7 without certificates")]
    [InlineData("plain prose")]
    public void What_is_lost_is_not_mended(string name)
    {
        using RepairReport report = Repaired.Of(BrokenInputs.All.Single(input => input.Name == name).Content);
        Repaired.Refuses(report);
        Assert.Equal(RepairStatus.Unmendable, report.Status);
        Assert.Null(report.Faults[^1].Mend);
    }

    [Fact]
    public void Several_faults_are_found_one_after_another()
    {
        string text = "\"" + M.RootPem.TrimEnd().Replace("\n", "\\n", StringComparison.Ordinal) + M.RequestPem.TrimEnd().Replace("-----BEGIN CERTIFICATE REQUEST", "-----BEGIN CERTIFICATE", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
        using RepairReport report = Repaired.Of([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)]);
        Repaired.Restores(report, M.Root.RawData, M.Request);
        Assert.Equal(["PemUtf16", "PemLiteralNewlines", "PemQuoted", "PemBlocksJoined", "PemLabelMismatch"], Repaired.FaultIds(report));
    }

    [Fact]
    public void Certificates_joined_without_boundary_are_set_apart()
    {
        byte[][] chain = [M.Leaf.RawData, M.Root.RawData];
        byte[] joined = [.. chain[0], .. chain[1]];
        using RepairReport binary = Repaired.Of(joined);
        using RepairReport block = Repaired.Of(TestMaterial.Pem("CERTIFICATE", joined));
        using RepairReport texts = Repaired.Of($"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(chain[0])}\n{Convert.ToBase64String(chain[1])}\n-----END CERTIFICATE-----\n");
        using RepairReport encoded = Repaired.Of(Convert.ToBase64String(TestMaterial.Bytes(M.LeafPem)) + "\n" + Convert.ToBase64String(TestMaterial.Bytes(M.RootPem)));
        Assert.All([binary, block, texts, encoded], report => Repaired.Restores(report, chain));
    }

    [Fact]
    public void Indefinite_lengths_become_definite_ones_where_the_signature_says_so()
    {
        byte[] root = M.Root.RawData;
        byte[] ber = [0x30, 0x80, .. root[4..], 0, 0];
        using RepairReport report = Repaired.Of(ber);
        Assert.Equal(["DerIndefiniteLength"], Repaired.FaultIds(report));
        Assert.True(report.IsProven);
        Assert.Equal(RepairProof.SignatureVerified, report.Proof);
        Assert.Equal(root, report.GetContent().ToArray());
        using RepairReport unproven = Repaired.Of([0x30, 0x80, .. M.Leaf.RawData[4..], 0, 0]);
        Repaired.Refuses(unproven);
    }

    [Fact]
    public void Words_around_a_block_without_its_boundaries_stay_out_of_it()
    {
        string body = string.Join('\n', M.RootPem.Split('\n')[1..^2]);
        using RepairReport begin = Repaired.Of($"notes\nroot\n{body}\n-----END CERTIFICATE-----\n");
        using RepairReport end = Repaired.Of($"-----BEGIN CERTIFICATE-----\n{body}\nnotes\nroot\n");
        Assert.All([begin, end], report => Repaired.Restores(report, M.Root.RawData));
        Assert.All([begin, end], report => Assert.True(report.IsExcerpt));
    }

    [Fact]
    public void Sound_content_is_left_alone()
    {
        foreach ((string pem, byte[] der) in Sound.Values.Append((M.LeafPem, M.Leaf.RawData)))
        {
            using RepairReport text = Repaired.Of(pem);
            using RepairReport binary = Repaired.Of(der);
            Assert.All([text, binary], report => Assert.Equal((RepairStatus.Sound, true, false), (report.Status, report.IsProven, report.HasContent)));
        }
    }

    [Fact]
    public void A_request_whose_signature_fails_is_beyond_repair()
    {
        byte[] altered = [.. M.Request];
        altered[^3] ^= 1;
        using RepairReport report = Repaired.Of("\uFEFF" + TestMaterial.Pem("CERTIFICATE REQUEST", altered));
        Repaired.Refuses(report);
        Assert.Equal(["PemByteOrderMark", "CertificateRequestNotProven"], Repaired.FaultIds(report));
    }

    [Fact]
    public void A_root_whose_own_signature_fails_is_beyond_repair()
    {
        byte[] altered = [.. M.Root.RawData];
        altered[20] ^= 1; // Within the serial number.
        using RepairReport report = Repaired.Of("\uFEFF" + TestMaterial.Pem("CERTIFICATE", altered));
        Repaired.Refuses(report);
        Assert.Equal(["PemByteOrderMark", "CertificateNotProven"], Repaired.FaultIds(report));
    }

    [Fact]
    public void A_key_of_an_undefined_version_is_beyond_repair()
    {
        byte[] altered = M.EcKey.ExportPkcs8PrivateKey();
        altered[5] = 0x12;
        using RepairReport report = Repaired.Of("\uFEFF" + TestMaterial.Pem("PRIVATE KEY", altered));
        Repaired.Refuses(report);
        Assert.Equal(["PemByteOrderMark", "PrivateKeyInvalid"], Repaired.FaultIds(report));
    }

    [Fact]
    public void Disposing_zeroes_what_was_restored()
    {
        RepairReport report = Repaired.Of("\uFEFF" + M.EcPkcs8Pem);
        ReadOnlyMemory<byte> content = report.GetContent();
        Assert.False(content.IsEmpty);
        report.Dispose();
        Assert.True(content.Span.IndexOfAnyExcept((byte)0) < 0);
        Assert.True(report.Items.Single().GetDer().Span.IndexOfAnyExcept((byte)0) < 0);
    }
}
