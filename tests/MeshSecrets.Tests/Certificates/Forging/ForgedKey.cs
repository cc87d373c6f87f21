using System.Collections.Concurrent;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;

namespace MeshSecrets.Tests.Certificates.Forging;

/// <summary>A key of any kind, weak ones included. Keys of one name are one key, made once for all tests: RSA is dear.</summary>
internal sealed class ForgedKey
{
    private static readonly ConcurrentDictionary<string, Lazy<ForgedKey>> s_keys = new(StringComparer.Ordinal);

    private readonly AsymmetricAlgorithm _key;

    private ForgedKey(AsymmetricAlgorithm key) => _key = key;

    internal bool IsRsa => _key is RSA;

    internal byte[] SubjectPublicKeyInfo => _key.ExportSubjectPublicKeyInfo();

    /// <summary>PKCS#8.</summary>
    internal string Pem => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>PKCS#1 for RSA, SEC 1 for EC.</summary>
    internal string TraditionalPem => (_key is RSA rsa ? rsa.ExportRSAPrivateKeyPem() : ((ECDsa)_key).ExportECPrivateKeyPem()) + "\n";

    /// <summary>PKCS#8 in DER.</summary>
    internal byte[] Pkcs8 => _key.ExportPkcs8PrivateKey();

    /// <summary>An EC key of a named curve: <c>P256</c>, <c>P384</c>, <c>P521</c>, or a curve's OID or friendly name.</summary>
    internal static ForgedKey Ec(string name = "a", string curve = "P256") => Get($"{curve}/{name}", () => ECDsa.Create(curve switch
    {
        "P256" => ECCurve.NamedCurves.nistP256,
        "P384" => ECCurve.NamedCurves.nistP384,
        "P521" => ECCurve.NamedCurves.nistP521,
        _ => ECCurve.CreateFromFriendlyName(curve),
    }));

    /// <summary>An RSA key.</summary>
    internal static ForgedKey Rsa(int bits = 2048, string name = "a") => Get($"Rsa{bits}/{name}", () => RSA.Create(bits));

    /// <summary>The key as the product holds it; the caller disposes it.</summary>
    internal PrivateKey ToPrivateKey() => PrivateKeyImport.FromPkcs8(Pkcs8, "a forged key");

    /// <summary>Signs with the given hash.</summary>
    internal byte[] Sign(byte[] data, HashAlgorithmName hash)
    {
        lock (_key)
        {
            return _key is RSA rsa
                ? rsa.SignData(data, hash, RSASignaturePadding.Pkcs1)
                : ((ECDsa)_key).SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence);
        }
    }

    private static ForgedKey Get(string name, Func<AsymmetricAlgorithm> make) =>
        s_keys.GetOrAdd(name, _ => new Lazy<ForgedKey>(() => new ForgedKey(make()))).Value;
}
