using FsCheck;
using FsCheck.Fluent;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Tests.Certificates.Reading;

namespace MeshSecrets.Tests.Certificates.Repairing;

/// <summary>Whatever happens to a text: what a repair calls proven is the original to the last byte.</summary>
public sealed class WrongAcceptanceTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ \n\r\t!\"'\\:s";

    private static TestMaterial M => TestMaterial.Shared;

    private static (string Pem, byte[] Der)[] Originals { get; } =
    [
        (M.EcPkcs8Pem, M.EcKey.ExportPkcs8PrivateKey()),
        (M.Sec1Pem, M.EcKey.ExportECPrivateKey()),
        (M.RsaPkcs8Pem, M.RsaKey.ExportPkcs8PrivateKey()),
        (M.Pkcs1Pem, M.RsaKey.ExportRSAPrivateKey()),
        (M.RequestPem, M.Request),
    ];

    /// <summary>An edit: what is done (0 insert, 1 delete, 2 replace), where, and with which character.</summary>
    private static Gen<(int Kind, double At, char With)[]> Edits =>
        from count in Gen.Choose(1, 3)
        from edits in (from kind in Gen.Choose(0, 2) from at in Gen.Choose(0, 9999) from with in Gen.Elements(Alphabet.ToCharArray()) select (kind, at / 10000.0, with)).ArrayOf(count)
        select edits;

    [Fact]
    public void Random_edits_yield_the_original_or_nothing()
    {
        int restored = 0;
        Prop.ForAll(Arb.From(Edits), Arb.From(Gen.Choose(0, Originals.Length - 1)), Arb.From(Gen.Choose(0, 3)), (edits, which, form) =>
        {
            (string pem, byte[] der) = Originals[which];
            string text = edits.Aggregate(InForm(form, pem, der), Edit);
            using RepairReport report = Repaired.Of(text);
            if (report.HasContent)
            {
                restored++;
                using MaterialSet read = MaterialReader.Read(report.GetContent(), "restored");
                Assert.True(report.IsProven);
                Assert.Equal(der, read.Single().GetDer().ToArray());
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(250));
        Assert.InRange(restored, 25, 250);
    }

    [Fact]
    public void One_inserted_character_is_always_found()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, 9999)), Arb.From(Gen.Elements("Aks9+".ToCharArray())), Arb.From(Gen.Choose(0, Originals.Length - 1)), (at, stray, which) =>
        {
            (string pem, byte[] der) = Originals[which];
            int begin = pem.IndexOf('\n', StringComparison.Ordinal) + 1;
            int end = pem.LastIndexOf("\n-", StringComparison.Ordinal);
            string text = pem.Insert(begin + (int)((end - begin) * (at / 10000.0)), stray.ToString());
            using RepairReport report = Repaired.Of(text);
            Repaired.Restores(report, der);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void A_certificate_of_an_absent_issuer_is_proven_by_its_issuer_or_not_at_all()
    {
        string broken = M.LeafPem.Insert(80, "s");
        using RepairReport alone = Repaired.Of(broken);
        Repaired.Refuses(alone);
        Assert.Equal(RepairStatus.Proposed, alone.Status);
        IReadOnlyList<RepairReport> group = Repaired.Group(broken, M.RootPem);
        Repaired.Restores(group[0], M.Leaf.RawData);
        Assert.Equal(RepairProof.SignatureVerified, group[0].Proof);
    }

    [Fact]
    public void A_broken_issuer_and_its_broken_certificate_prove_each_other()
    {
        IReadOnlyList<RepairReport> group = Repaired.Group(M.LeafPem.Insert(80, "s"), M.RootPem.Insert(120, "k"), M.EcPkcs8Pem.Insert(60, "+"));
        Repaired.Restores(group[0], M.Leaf.RawData);
        Repaired.Restores(group[1], M.Root.RawData);
        Repaired.Restores(group[2], M.EcKey.ExportPkcs8PrivateKey());
        Assert.Equal(RepairProof.SignatureVerified | RepairProof.SamePublicKey, group[0].Proof);
    }

    [Fact]
    public void Where_a_public_key_leaves_several_originals_open_none_is_taken()
    {
        // Within the issuer's signature any place will do for all that the public key can say.
        string[] lines = M.LeafPem.Split('\n');
        lines[^4] = lines[^4].Insert(30, "s");
        IReadOnlyList<RepairReport> group = Repaired.Group(string.Join('\n', lines), M.EcPkcs8Pem);
        Repaired.Refuses(group[0]);
    }

    [Fact]
    public void A_key_without_its_public_half_is_proven_by_its_certificate()
    {
        string bare = TestMaterial.Pem("EC PRIVATE KEY", Bare()).Insert(50, "7");
        using RepairReport alone = Repaired.Of(bare);
        Repaired.Refuses(alone);
        IReadOnlyList<RepairReport> group = Repaired.Group(bare, M.LeafPem);
        Repaired.Restores(group[0], Bare());
        Assert.Equal(RepairProof.SamePublicKey, group[0].Proof);
    }

    [Fact]
    public void A_restored_key_of_another_certificate_is_no_proof_for_the_pair()
    {
        RepairInput certificate = new("tls.crt", TestMaterial.Bytes(M.LeafPem)) { Expected = MaterialKind.Certificate };
        RepairInput key = new("tls.key", TestMaterial.Bytes(M.RsaPkcs8Pem.Insert(70, "s"))) { Expected = MaterialKind.PrivateKey };
        IReadOnlyList<RepairReport> reports = MaterialRepair.Examine([certificate, key], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["KeyCertificateMismatch"], Repaired.FaultIds(reports[0]));
        Assert.Equal(RepairStatus.Unmendable, reports[0].Status);
        Repaired.Refuses(reports[1]);
    }

    private static byte[] Bare() => OldMaterial.BareKey(M.EcKey);

    /// <summary>PEM, PEM in base64, base64 without armour, or that in base64 once more.</summary>
    private static string InForm(int form, string pem, byte[] der) => form switch
    {
        0 => pem,
        1 => Convert.ToBase64String(TestMaterial.Bytes(pem)),
        2 => Convert.ToBase64String(der),
        _ => Convert.ToBase64String(TestMaterial.Bytes(Convert.ToBase64String(der))),
    };

    private static string Edit(string text, (int Kind, double At, char With) edit)
    {
        int at = (int)(edit.At * text.Length);
        return edit.Kind switch
        {
            0 => text.Insert(at, edit.With.ToString()),
            1 => text.Remove(at, 1),
            _ => text.Remove(at, 1).Insert(at, edit.With.ToString()),
        };
    }
}
