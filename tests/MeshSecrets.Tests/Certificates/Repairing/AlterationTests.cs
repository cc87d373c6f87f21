using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Tests.Certificates.Reading;

namespace MeshSecrets.Tests.Certificates.Repairing;

/// <summary>Material that can be read, is wrapped wrongly, and was altered within: whoever can tell is asked.</summary>
public sealed class AlterationTests
{
    private static TestMaterial M => TestMaterial.Shared;

    [Fact]
    public void An_altered_certificate_is_refuted_by_its_issuer_beside_it()
    {
        IReadOnlyList<RepairReport> group = Repaired.Group(Wrapped("CERTIFICATE", WithOtherSerial(M.Leaf.RawData)), M.RootPem);
        Repaired.Refuses(group[0]);
        Assert.Equal(["PemByteOrderMark", "CertificateNotProven"], Repaired.FaultIds(group[0]));
    }

    [Fact]
    public void It_is_refuted_too_if_the_issuers_name_was_altered()
    {
        byte[] altered = M.Leaf.RawData;
        altered[altered.AsSpan().IndexOf("Test Root"u8)] ^= 1;
        IReadOnlyList<RepairReport> group = Repaired.Group(Wrapped("CERTIFICATE", altered), M.RootPem);
        Repaired.Refuses(group[0]);
    }

    [Fact]
    public void Without_its_issuer_the_unchanged_bytes_are_all_that_can_be_promised()
    {
        byte[] altered = WithOtherSerial(M.Leaf.RawData);
        using RepairReport alone = Repaired.Of(Wrapped("CERTIFICATE", altered));
        IReadOnlyList<RepairReport> besideKey = Repaired.Group(Wrapped("CERTIFICATE", altered), M.EcPkcs8Pem);
        Repaired.Restores(alone, altered);
        Repaired.Restores(besideKey[0], altered);
        Assert.Equal(RepairProof.Lossless, alone.Proof);
        Assert.Equal(RepairProof.Lossless | RepairProof.SamePublicKey, besideKey[0].Proof);
    }

    [Fact]
    public void An_unaltered_certificate_is_verified_by_its_issuer_beside_it()
    {
        IReadOnlyList<RepairReport> group = Repaired.Group(Wrapped("CERTIFICATE", M.Leaf.RawData), M.RootPem);
        Repaired.Restores(group[0], M.Leaf.RawData);
        Assert.Equal(RepairProof.Lossless | RepairProof.SignatureVerified, group[0].Proof);
    }

    [Fact]
    public void A_public_key_is_no_proof_of_a_certificate_in_which_a_character_was_changed()
    {
        // In the public key only one place is possible, and the serial number was altered as well.
        string pem = TestMaterial.Pem("CERTIFICATE", WithOtherSerial(M.Leaf.RawData));
        string key = Convert.ToBase64String(M.Leaf.RawData.AsSpan()[(M.Leaf.RawData.AsSpan().IndexOf(M.EcKey.ExportSubjectPublicKeyInfo()) / 3 * 3)..]);
        string body = pem.Replace("\n", "", StringComparison.Ordinal);
        string broken = body.Insert(body.IndexOf(key[60..80], StringComparison.Ordinal), "s");
        IReadOnlyList<RepairReport> group = Repaired.Group(broken, M.EcPkcs8Pem);
        Repaired.Refuses(group[0]);
    }

    [Fact]
    public void An_altered_revocation_list_is_refuted_by_its_issuer_and_only_by_it()
    {
        byte[] altered = [.. M.Crl];
        altered[^4] ^= 1;
        IReadOnlyList<RepairReport> group = Repaired.Group(Wrapped("X509 CRL", altered), M.RootPem);
        using RepairReport alone = Repaired.Of(Wrapped("X509 CRL", altered));
        Repaired.Refuses(group[0]);
        Assert.Equal(["PemByteOrderMark", "CrlNotProven"], Repaired.FaultIds(group[0]));
        Repaired.Restores(alone, altered);
    }

    [Fact]
    public void A_revocation_list_that_cannot_be_read_is_reported()
    {
        byte[] broken = [.. M.Crl];
        broken[broken.AsSpan().IndexOf<byte>([0x17, 0x0D]) + 4] = (byte)'X'; // Within the date.
        using RepairReport report = Repaired.Of(Wrapped("X509 CRL", broken));
        Repaired.Refuses(report);
        Assert.Equal("CrlInvalid", report.Faults[^1].Id);
    }

    [Fact]
    public void Nothing_proves_an_encrypted_key_in_which_a_character_was_changed()
    {
        IReadOnlyList<RepairReport> group = Repaired.Group(M.EncryptedPem.Insert(100, "s"), M.LeafPem);
        Repaired.Refuses(group[0]);
        using RepairReport wrapped = Repaired.Of("\uFEFF" + M.EncryptedPem);
        Assert.Equal((true, RepairProof.Lossless), (wrapped.IsProven, wrapped.Proof));
    }

    [Fact]
    public void A_root_that_signed_itself_with_SHA_1_is_verified()
    {
        byte[] root = OldMaterial.Sha1Root(M.RsaKey);
        using RepairReport sound = Repaired.Of(Wrapped("CERTIFICATE", root));
        using RepairReport stray = Repaired.Of(TestMaterial.Pem("CERTIFICATE", root).Insert(200, "s"));
        using RepairReport altered = Repaired.Of(Wrapped("CERTIFICATE", WithOtherSerial(root)));
        Repaired.Restores(sound, root);
        Repaired.Restores(stray, root);
        Assert.Equal((RepairProof.Lossless | RepairProof.SignatureVerified, RepairProof.SignatureVerified), (sound.Proof, stray.Proof));
        Repaired.Refuses(altered);
    }

    [Fact]
    public void Base64url_is_other_characters_and_needs_a_proof()
    {
        string url = Url(TestMaterial.Pem("CERTIFICATE", M.Leaf.RawData));
        using RepairReport alone = Repaired.Of(url);
        IReadOnlyList<RepairReport> group = Repaired.Group(url, M.RootPem);
        using RepairReport key = Repaired.Of(Url(M.RsaPkcs8Pem));
        Repaired.Refuses(alone);
        Repaired.Restores(group[0], M.Leaf.RawData);
        Repaired.Restores(key, M.RsaKey.ExportPkcs8PrivateKey());
        Assert.Equal((RepairProof.SignatureVerified, RepairProof.KeyConsistent), (group[0].Proof, key.Proof));
    }

    [Fact]
    public void Certificate_and_key_are_a_pair_in_their_place()
    {
        RepairInput[] inputs =
        [
            new("a/tls.crt", TestMaterial.Bytes(M.LeafPem)) { Expected = MaterialKind.Certificate, Place = "a" },
            new("a/tls.key", TestMaterial.Bytes(M.RsaPkcs8Pem.Insert(70, "s"))) { Expected = MaterialKind.PrivateKey, Place = "a" },
            new("b/tls.crt", TestMaterial.Bytes(M.LeafPem)) { Expected = MaterialKind.Certificate, Place = "b" },
            new("b/tls.key", TestMaterial.Bytes(M.EcPkcs8Pem.Insert(70, "s"))) { Expected = MaterialKind.PrivateKey, Place = "b" },
        ];
        IReadOnlyList<RepairReport> reports = MaterialRepair.Examine(inputs, cancellationToken: TestContext.Current.CancellationToken);
        Repaired.Refuses(reports[1]);
        Assert.Equal(["KeyCertificateMismatch"], Repaired.FaultIds(reports[0]));
        Assert.Equal(RepairStatus.Sound, reports[2].Status);
        Repaired.Restores(reports[3], M.EcKey.ExportPkcs8PrivateKey());
    }

    private static string Wrapped(string label, byte[] der) => "\uFEFF" + TestMaterial.Pem(label, der);

    /// <summary>The last byte of the serial number, which stands before the signature's algorithm.</summary>
    private static byte[] WithOtherSerial(byte[] certificate)
    {
        byte[] altered = [.. certificate];
        int serial = altered.AsSpan().IndexOf<byte>([0xA0, 3, 2, 1, 2, 2]) + 6;
        altered[serial + altered[serial]] ^= 1;
        return altered;
    }

    private static string Url(string pem)
    {
        string[] lines = pem.Split('\n');
        return string.Join('\n', lines.Select(line => line.StartsWith('-') ? line : line.Replace('+', '-').Replace('/', '_')));
    }
}
