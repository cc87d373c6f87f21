using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Kubernetes;

namespace MeshSecrets.Tests.Certificates.Reading;

/// <summary>
/// Material that was altered at random is read without harm: a <see cref="MeshException"/> or nothing, no other
/// exception, and no key that is not the one it was.
/// </summary>
public sealed class MutationTests
{
    private const int Seed = 20261120;

    private static readonly MaterialReadOptions s_options = new()
    {
        Password = TestMaterial.Password.AsMemory(),
        Envelopes = [new SecretManifestReader()],
    };

    private static TestMaterial M => TestMaterial.Shared;

    private static IReadOnlyDictionary<string, byte[]> Originals => new Dictionary<string, byte[]>
    {
        ["EC key, PKCS#8 PEM"] = TestMaterial.Bytes(M.EcPkcs8Pem),
        ["EC key, SEC 1 PEM"] = TestMaterial.Bytes(M.Sec1Pem),
        ["EC key, PKCS#8 DER"] = M.EcKey.ExportPkcs8PrivateKey(),
        ["EC key, SEC 1 DER"] = M.EcKey.ExportECPrivateKey(),
        ["RSA key, PKCS#8 PEM"] = TestMaterial.Bytes(M.RsaPkcs8Pem),
        ["RSA key, PKCS#1 DER"] = M.RsaKey.ExportRSAPrivateKey(),
        ["EC key, encrypted"] = M.EcKey.ExportEncryptedPkcs8PrivateKey(TestMaterial.Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10)),
        ["PKCS#12"] = M.Pkcs12,
        ["certificate PEM"] = TestMaterial.Bytes(M.LeafPem + M.RootPem),
        ["certificate DER"] = M.Leaf.RawData,
        ["request DER"] = M.Request,
        ["CRL DER"] = M.Crl,
        ["manifest"] = TestMaterial.Bytes($"kind: Secret\nmetadata: {{name: s}}\ndata:\n  tls.crt: {Convert.ToBase64String(TestMaterial.Bytes(M.LeafPem))}\n  \"tls.key\": >-\n    {Convert.ToBase64String(TestMaterial.Bytes(M.EcPkcs8Pem))}\n"),
    };

    public static TheoryData<string, int> Runs
    {
        get
        {
            TheoryData<string, int> runs = [];
            foreach (string name in Originals.Keys)
            {
                runs.Add(name, name.StartsWith("RSA", StringComparison.Ordinal) ? 500 : name == "PKCS#12" ? 2000 : 2500);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Altered_material_is_refused_or_harmless(string name, int count)
    {
        byte[] original = Originals[name];
        byte[][] known = [M.EcKey.ExportSubjectPublicKeyInfo(), M.RsaKey.ExportSubjectPublicKeyInfo()];
        Random random = new(Seed);
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] mutant = Mutate(original, random);
            try
            {
                using MaterialSet set = MaterialReader.Read(mutant, "mutant", s_options);
                foreach (MaterialItem item in set.Where(item => item.Kind is MaterialKind.Certificate or MaterialKind.CertificateRequest))
                {
                    _ = KeyPairCheck.SubjectPublicKeyInfo(item.GetDer(), "mutant");
                }

                if (set.Any(item => item.Kind is not (MaterialKind.Certificate or MaterialKind.CertificateRequest or MaterialKind.Crl or MaterialKind.PublicKey)))
                {
                    using PrivateKey key = PrivateKeyReader.Read(set, "mutant", s_options.Password);
                    Prove(key, known, name);
                }
            }
            catch (MeshException e)
            {
                Assert.NotEmpty(e.ErrorId);
                refused++;
            }
        }

        Assert.InRange(refused, count / 50, count);
    }

    /// <summary>The private key and the public key that it is said to have belong together.</summary>
    private static void Prove(PrivateKey key, byte[][] known, string name)
    {
        byte[] signature = new byte[PrivateKey.MaxSignatureSize];
        int length = key.Sign("data"u8, signature);
        if (key.IsRsa)
        {
            using RSA rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
            Assert.True(rsa.VerifyData("data"u8, signature.AsSpan(0, length), key.HashAlgorithm, RSASignaturePadding.Pkcs1), name);
        }
        else
        {
            using ECDsa ec = ECDsa.Create();
            ec.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
            Assert.True(ec.VerifyData("data"u8, signature.AsSpan(0, length), key.HashAlgorithm, DSASignatureFormat.Rfc3279DerSequence), name);
        }

        Assert.Contains(known, publicKey => PublicKeyInfo.SameKey(publicKey, key.SubjectPublicKeyInfo.Span));
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int edits = random.Next(1, 4); edits > 0 && bytes.Count > 1; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.Insert(at, bytes[random.Next(bytes.Count)]);
                    break;
                case 3:
                    bytes.RemoveAt(at);
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    int length = Math.Min(random.Next(1, 64), bytes.Count - at);
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    bytes[at] = "\0\x80\xFF\n\r =-:\"'{[&*"u8[random.Next(16)];
                    break;
            }
        }

        return [.. bytes];
    }
}
