using System.Diagnostics;
using System.Formats.Asn1;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Revocation;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Certificates.Reading;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Certificates.Revocation;

public sealed class CertificateRevocationListTests
{
    private static readonly ForgedCertificate s_root = CertificateForge.Root();

    [Fact]
    public void What_openssl_lists_is_read()
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("ca.cnf", Encoding.ASCII.GetBytes("""
            [ca]
            default_ca = it
            [it]
            database = index.txt
            crlnumber = number
            default_md = sha256
            default_crl_days = 30
            crl_extensions = crl_ext
            [crl_ext]
            authorityKeyIdentifier = keyid
            """));
        openssl.Write("index.txt", Encoding.ASCII.GetBytes(
            "R\t400101000000Z\t260101120000Z,keyCompromise\t4A11\tunknown\t/CN=a\n"
            + "R\t400101000000Z\t260102120000Z,superseded\t00F2\tunknown\t/CN=b\n"
            + "V\t400101000000Z\t\t33\tunknown\t/CN=c\n"
            + "R\t400101000000Z\t260103120000Z\t00\tunknown\t/CN=d\n"));
        openssl.Write("number", "1F00\n"u8);
        openssl.Write("ca.pem", Encoding.ASCII.GetBytes(s_root.Pem));
        openssl.Write("ca.key", Encoding.ASCII.GetBytes(s_root.KeyPem));
        openssl.Run("ca -config ca.cnf -gencrl -cert ca.pem -keyfile ca.key -out crl.pem");

        using MaterialSet found = MaterialReader.Read(openssl.Read("crl.pem"), "crl.pem");
        CertificateRevocationList list = CertificateRevocationList.Parse(Assert.Single(found).GetDer(), "crl.pem");
        Assert.Equal(2, list.Version);
        Assert.Equal(s_root.Info.Subject, list.Issuer);
        Assert.Equal(0x1F00, list.Number);
        Assert.Equal(TimeSpan.FromDays(30), list.NextUpdate - list.ThisUpdate);
        Assert.Equal(s_root.Info.SubjectKeyIdentifier.ToArray(), list.AuthorityKeyIdentifier.ToArray());
        Assert.False(list.IsDelta || list.IsPartial);
        RevokedCertificate[] expected =
        [
            new("4A11", new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), RevocationReason.KeyCompromise),
            new("F2", new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero), RevocationReason.Superseded),
            new("00", new(2026, 1, 3, 12, 0, 0, TimeSpan.Zero), RevocationReason.Unspecified),
        ];
        Assert.Equal(expected.OrderBy(entry => entry.SerialNumber), list.Revoked.OrderBy(entry => entry.SerialNumber));
        Assert.Equal(expected[1], list.Find("F2"));
        Assert.Null(list.Find("33"));
        Assert.True(list.IsSignedBy(s_root));
    }

    [Fact]
    public void A_list_of_another_or_altered_is_not_signed()
    {
        ForgedCertificate namesake = CertificateForge.Root(change: recipe => recipe.Key = ForgedKey.Ec("other"));
        ForgedCertificate other = CertificateForge.Root("CN=Other");
        byte[] der = CrlForge.Make(s_root, CertificateForge.Now, CertificateForge.Now.AddDays(7), "4A11");
        Assert.True(CertificateRevocationList.Parse(der, "crl").IsSignedBy(s_root));
        Assert.False(CertificateRevocationList.Parse(der, "crl").IsSignedBy(namesake));
        Assert.False(CertificateRevocationList.Parse(der, "crl").IsSignedBy(other));
        der[^1] ^= 1;
        Assert.False(CertificateRevocationList.Parse(der, "crl").IsSignedBy(s_root));
    }

    [Fact]
    public void An_empty_list_has_no_entries()
    {
        CertificateRevocationList list = CertificateRevocationList.Parse(CrlForge.Make(s_root, CertificateForge.Now, null), "crl");
        Assert.Empty(list.Revoked);
        Assert.Null(list.Find("01"));
        Assert.Null(list.NextUpdate);
    }

    [Fact]
    public void A_hundred_thousand_entries_are_no_burden()
    {
        string[] serials = [.. Enumerable.Range(0x1000_0000, 100_000).Select(serial => serial.ToString("X8", System.Globalization.CultureInfo.InvariantCulture))];
        byte[] der = CrlForge.Make(s_root, CertificateForge.Now, CertificateForge.Now.AddDays(7), serials);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        CertificateRevocationList list = CertificateRevocationList.Parse(der, "crl");
        Assert.NotNull(list.Find(serials[^1]));
        Assert.Null(list.Find("01"));
        watch.Stop();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000_000);
        Assert.Equal(100_000, list.Revoked.Count());
    }

    [Fact]
    public void What_is_broken_is_refused_and_named()
    {
        byte[] der = CrlForge.Make(s_root, CertificateForge.Now, CertificateForge.Now.AddDays(7), "4A11", "4A12");
        Assert.Equal("CrlInvalid", Assert.Throws<MeshException>(() => CertificateRevocationList.Parse(der.AsMemory(0, 40), "crl")).ErrorId);
        Assert.Equal("CrlInvalid", Assert.Throws<MeshException>(() => CertificateRevocationList.Parse(s_root.Der, "crl")).ErrorId);
        Assert.Equal("CrlInvalid", Assert.Throws<MeshException>(() => CertificateRevocationList.Parse(TestMaterial.Bytes("hello"), "crl")).ErrorId);
        int at = der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x02, 0x02, 0x4A, 0x12]);
        der[at] = 0x04;
        CertificateRevocationList list = CertificateRevocationList.Parse(der, "crl.pem");
        MeshException error = Assert.Throws<MeshException>(() => list.Revoked.Count());
        Assert.Equal("CrlInvalid", error.ErrorId);
        Assert.Contains("crl.pem", error.Message, StringComparison.Ordinal);
        Assert.Throws<MeshException>(() => list.Find("4A12"));
    }

    [Fact]
    public void Altered_bytes_give_no_other_exception()
    {
        byte[] der = CrlForge.Make(s_root, CertificateForge.Now, CertificateForge.Now.AddDays(7), "4A11", "4A12");
        Random random = new(4711);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] altered = [.. der];
            altered[random.Next(altered.Length)] = (byte)random.Next(256);
            try
            {
                CertificateRevocationList list = CertificateRevocationList.Parse(altered, "crl");
                _ = list.Revoked.Count();
                _ = list.Find("4A12");
            }
            catch (MeshException e)
            {
                Assert.Equal("CrlInvalid", e.ErrorId);
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 19_999);
    }
}
