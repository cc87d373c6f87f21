using System.Formats.Asn1;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Certificates.Keys;

/// <summary>One key of each kind, for all tests that only need some.</summary>
public sealed class KeyOfEachKind : IDisposable
{
    private readonly Dictionary<KeyAlgorithm, PrivateKey> _keys = Enum.GetValues<KeyAlgorithm>().ToDictionary(algorithm => algorithm, PrivateKey.Generate);

    public PrivateKey this[KeyAlgorithm algorithm] => _keys[algorithm];

    public void Dispose()
    {
        foreach (PrivateKey key in _keys.Values)
        {
            key.Dispose();
        }
    }
}

public sealed class PrivateKeyTests(KeyOfEachKind keys) : IClassFixture<KeyOfEachKind>
{
    private const string Password = "correct horse";

    public static TheoryData<KeyAlgorithm> Algorithms => new(Enum.GetValues<KeyAlgorithm>());

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Every_form_is_read_by_the_framework_and_by_openssl(KeyAlgorithm algorithm)
    {
        PrivateKey key = keys[algorithm];
        Assert.Equal(algorithm.ToString(), key.AlgorithmName);
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("pkcs8", key.ExportPkcs8());
        openssl.Write("encrypted", key.ExportEncryptedPkcs8(Password));
        openssl.Write("traditional", key.ExportTraditional());
        openssl.Write("pass", "correct horse\n"u8);
        foreach (string form in (string[])["pkcs8", "encrypted", "traditional"])
        {
            openssl.Run($"pkey -inform DER -in {form} -passin file:pass -check -noout");
            openssl.Run($"pkey -inform DER -in {form} -passin file:pass -pubout -outform DER -out public");
            Assert.Equal(key.SubjectPublicKeyInfo.ToArray(), openssl.Read("public"));
        }

        using AsymmetricAlgorithm plain = key.IsRsa ? RSA.Create() : ECDsa.Create();
        plain.ImportPkcs8PrivateKey(key.ExportPkcs8(), out int read);
        Assert.Equal(key.ExportPkcs8().Length, read);
        Assert.Equal(key.SubjectPublicKeyInfo.ToArray(), plain.ExportSubjectPublicKeyInfo());
        using AsymmetricAlgorithm decrypted = key.IsRsa ? RSA.Create() : ECDsa.Create();
        decrypted.ImportEncryptedPkcs8PrivateKey(Password, key.ExportEncryptedPkcs8(Password), out _);
        Assert.Equal(key.SubjectPublicKeyInfo.ToArray(), decrypted.ExportSubjectPublicKeyInfo());
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Every_form_is_read_back(KeyAlgorithm algorithm)
    {
        PrivateKey key = keys[algorithm];
        using PrivateKey pkcs8 = PrivateKeyImport.FromPkcs8(key.ExportPkcs8(), "key");
        using PrivateKey encrypted = PrivateKeyImport.FromEncryptedPkcs8(key.ExportEncryptedPkcs8(Password), Password.AsMemory(), "key");
        using PrivateKey traditional = key.IsRsa ? PrivateKeyImport.FromPkcs1(key.ExportTraditional(), "key") : PrivateKeyImport.FromSec1(key.ExportTraditional(), "key");
        using PrivateKey clone = key.Clone();
        foreach (PrivateKey read in (PrivateKey[])[pkcs8, encrypted, traditional, clone])
        {
            Assert.Equal(key.AlgorithmName, read.AlgorithmName);
            Assert.Equal(key.SubjectPublicKeyInfo.ToArray(), read.SubjectPublicKeyInfo.ToArray());
        }

        Fails.With("PrivateKeyPasswordWrong", () => PrivateKeyImport.FromEncryptedPkcs8(key.ExportEncryptedPkcs8(Password), "wrong".AsMemory(), "key"));
        Fails.With("PrivateKeyTrailingBytes", () => PrivateKeyImport.FromPkcs8((byte[])[.. key.ExportPkcs8(), 0], "key"));
    }

    [Theory]
    [InlineData(KeyAlgorithm.P256)]
    [InlineData(KeyAlgorithm.P384)]
    public void Fixed_encodings_are_the_frameworks_own(KeyAlgorithm algorithm)
    {
        for (int i = 0; i < 20; i++)
        {
            using PrivateKey key = PrivateKey.Generate(algorithm);
            using ECDsa theirs = ECDsa.Create();
            theirs.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
            Assert.Equal(theirs.ExportPkcs8PrivateKey(), key.ExportPkcs8());
            Assert.Equal(theirs.ExportSubjectPublicKeyInfo(), key.SubjectPublicKeyInfo.ToArray());
            Assert.Equal(theirs.ExportECPrivateKey(), key.ExportTraditional());
        }
    }

    [Theory]
    [InlineData(KeyAlgorithm.P256)]
    [InlineData(KeyAlgorithm.P384)]
    [InlineData(KeyAlgorithm.Rsa2048)]
    public async Task Signs_on_eight_threads_at_once(KeyAlgorithm algorithm)
    {
        PrivateKey key = keys[algorithm];
        byte[][] signatures = new byte[64][];
        await Parallel.ForAsync(0, signatures.Length, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, (i, _) =>
        {
            byte[] signature = new byte[PrivateKey.MaxSignatureSize];
            signatures[i] = signature[..key.Sign(BitConverter.GetBytes(i), signature)];
            return ValueTask.CompletedTask;
        });
        using ECDsa ec = ECDsa.Create();
        using RSA rsa = RSA.Create();
        (key.IsRsa ? (AsymmetricAlgorithm)rsa : ec).ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
        for (int i = 0; i < signatures.Length; i++)
        {
            byte[] data = BitConverter.GetBytes(i);
            Assert.True(key.IsRsa
                ? rsa.VerifyData(data, signatures[i], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                : ec.VerifyData(data, signatures[i], key.HashAlgorithm, DSASignatureFormat.Rfc3279DerSequence));
        }
    }

    /// <summary>The index of a number of RFC 8017's RSAPrivateKey: n, e, d, p, q, dP, dQ, qInv.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void An_RSA_key_whose_numbers_contradict_each_other_is_refused(int damaged)
    {
        AsnReader reader = new AsnReader(keys[KeyAlgorithm.Rsa2048].ExportTraditional(), AsnEncodingRules.DER).ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(reader.ReadInteger());
            for (int i = 0; reader.HasData; i++)
            {
                writer.WriteInteger(reader.ReadInteger() + (i == damaged ? 2 : 0));
            }
        }

        MeshException error = Assert.Throws<MeshException>(() => PrivateKeyImport.FromPkcs1(writer.Encode(), "key"));
        Assert.Contains(error.ErrorId, (string[])["PrivateKeyInconsistent", "PrivateKeyInvalid"]);
    }

    [Fact]
    public void An_EC_key_with_anothers_public_key_is_refused()
    {
        byte[] mixed = keys[KeyAlgorithm.P256].ExportPkcs8();
        using PrivateKey other = PrivateKey.Generate(KeyAlgorithm.P256);
        other.ExportPkcs8().AsSpan(^64..).CopyTo(mixed.AsSpan(^64..));
        Fails.With("PrivateKeyInvalid", () => PrivateKeyImport.FromPkcs8(mixed, "key"));
    }

    [Fact]
    public void An_EC_key_without_its_public_half_is_completed()
    {
        byte[] sec1 = keys[KeyAlgorithm.P256].ExportTraditional();
        AsnReader reader = new AsnReader(sec1, AsnEncodingRules.DER).ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            for (int i = 0; i < 3; i++)
            {
                writer.WriteEncodedValue(reader.ReadEncodedValue().Span);
            }
        }

        using PrivateKey key = PrivateKeyImport.FromSec1(writer.Encode(), "key");
        Assert.Equal(keys[KeyAlgorithm.P256].SubjectPublicKeyInfo.ToArray(), key.SubjectPublicKeyInfo.ToArray());
    }

    [Fact]
    public void A_disposed_key_is_of_no_more_use_and_says_nothing_of_itself()
    {
        PrivateKey key = PrivateKey.Generate(KeyAlgorithm.P256);
        Assert.Equal("P256 private key", key.ToString());
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.ExportPkcs8());
        Assert.Throws<ObjectDisposedException>(() => key.Sign([1], new byte[200]));
        Assert.Throws<ObjectDisposedException>(() => key.ExportTraditional());
    }

    [Fact]
    public void Altered_keys_give_an_expected_error_or_a_key_that_is_consistent()
    {
        Random random = new(20301);
        foreach (KeyAlgorithm algorithm in (KeyAlgorithm[])[KeyAlgorithm.P256, KeyAlgorithm.Rsa2048])
        {
            byte[] der = keys[algorithm].ExportPkcs8();
            int refused = 0;
            for (int i = 0; i < 300; i++)
            {
                byte[] altered = [.. der];
                altered[random.Next(altered.Length)] ^= (byte)(1 << random.Next(8));
                try
                {
                    PrivateKeyImport.FromPkcs8(altered, "key").Dispose();
                }
                catch (MeshException)
                {
                    refused++;
                }
            }

            Assert.InRange(refused, 250, 300);
        }
    }
}
