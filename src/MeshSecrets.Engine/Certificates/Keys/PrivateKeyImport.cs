using System.Numerics;
using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Keys;

/// <summary>Reads private keys from DER in each of the forms in use, and proves that a key is consistent in itself.</summary>
public static class PrivateKeyImport
{
    private const string OtherCurve = "an EC key on a curve other than P-256, P-384 and P-521";

    private delegate void Importer(AsymmetricAlgorithm key, out int read);

    /// <summary>Reads PKCS#8 (RFC 5208), unencrypted.</summary>
    /// <param name="der">The encoding, without trailing bytes.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The key, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>PrivateKeyInvalid</c>, <c>PrivateKeyInconsistent</c> or <c>PrivateKeyAlgorithmUnsupported</c>.</exception>
    public static PrivateKey FromPkcs8(ReadOnlyMemory<byte> der, string source) =>
        Import(Pkcs8AlgorithmIsRsa(der, source), der.Length, source, (AsymmetricAlgorithm key, out int read) => key.ImportPkcs8PrivateKey(der.Span, out read));

    /// <summary>Reads encrypted PKCS#8 (PBES2 or the older schemes).</summary>
    /// <param name="der">The encoding, without trailing bytes.</param>
    /// <param name="password">The password.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The key, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>PrivateKeyPasswordWrong</c> and those of <see cref="FromPkcs8"/>.</exception>
    public static PrivateKey FromEncryptedPkcs8(ReadOnlyMemory<byte> der, ReadOnlyMemory<char> password, string source)
    {
        foreach (bool rsa in (ReadOnlySpan<bool>)[false, true])
        {
            AsymmetricAlgorithm key = rsa ? RSA.Create() : ECDsa.Create();
            try
            {
                key.ImportEncryptedPkcs8PrivateKey(password.Span, der.Span, out int read);
                return Accept(key, read, der.Length, source);
            }
            catch (CryptographicException) when (!rsa)
            {
                // The algorithm is known only after decryption: what is no EC key may be an RSA key.
                key.Dispose();
            }
            catch (CryptographicException e)
            {
                key.Dispose();
                throw KeyErrors.PasswordWrong(source, e);
            }
            catch (PlatformNotSupportedException)
            {
                key.Dispose();
                throw KeyErrors.AlgorithmUnsupported(source, OtherCurve);
            }
        }

        throw KeyErrors.PasswordWrong(source, inner: null);
    }

    /// <summary>Reads SEC 1 (RFC 5915), the <c>EC PRIVATE KEY</c> of PEM.</summary>
    /// <param name="der">The encoding, without trailing bytes.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The key, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">As for <see cref="FromPkcs8"/>.</exception>
    public static PrivateKey FromSec1(ReadOnlyMemory<byte> der, string source) =>
        Import(isRsa: false, der.Length, source, (AsymmetricAlgorithm key, out int read) => ((ECDsa)key).ImportECPrivateKey(der.Span, out read));

    /// <summary>Reads PKCS#1 (RFC 8017), the <c>RSA PRIVATE KEY</c> of PEM.</summary>
    /// <param name="der">The encoding, without trailing bytes.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The key, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">As for <see cref="FromPkcs8"/>.</exception>
    public static PrivateKey FromPkcs1(ReadOnlyMemory<byte> der, string source) =>
        Import(isRsa: true, der.Length, source, (AsymmetricAlgorithm key, out int read) => ((RSA)key).ImportRSAPrivateKey(der.Span, out read));

    private static PrivateKey Import(bool isRsa, int length, string source, Importer import)
    {
        AsymmetricAlgorithm key = isRsa ? RSA.Create() : ECDsa.Create();
        try
        {
            import(key, out int read);
            return Accept(key, read, length, source);
        }
        catch (CryptographicException e)
        {
            key.Dispose();
            throw KeyErrors.Invalid(source, e);
        }
        catch (PlatformNotSupportedException)
        {
            // So the framework says that it does not know the curve's OID.
            key.Dispose();
            throw KeyErrors.AlgorithmUnsupported(source, OtherCurve);
        }
    }

    private static PrivateKey Accept(AsymmetricAlgorithm key, int read, int length, string source)
    {
        if (read != length)
        {
            key.Dispose();
            throw KeyErrors.TrailingBytes(source, length - read);
        }

        if (key is RSA rsa)
        {
            if (!IsConsistent(rsa))
            {
                rsa.Dispose();
                throw KeyErrors.Inconsistent(source);
            }

            return new PrivateKey($"Rsa{rsa.KeySize}", rsa.ExportPkcs8PrivateKey(), rsa.ExportSubjectPublicKeyInfo(), rsa);
        }

        ECDsa ec = (ECDsa)key;
        ECCurve curve = ec.ExportParameters(includePrivateParameters: false).Curve;
        if (PublicKeyInfo.CurveName(curve.IsNamed ? curve.Oid.Value : null) is not { } name)
        {
            ec.Dispose();
            throw KeyErrors.AlgorithmUnsupported(source, OtherCurve);
        }

        return new PrivateKey(name, ec.ExportPkcs8PrivateKey(), ec.ExportSubjectPublicKeyInfo(), ec);
    }

    private static bool Pkcs8AlgorithmIsRsa(ReadOnlyMemory<byte> der, string source)
    {
        string oid = PublicKeyInfo.Pkcs8Algorithm(der, source);
        return oid switch
        {
            Oids.RsaEncryption or Oids.RsaPss => true,
            Oids.EcPublicKey => false,
            _ => throw KeyErrors.AlgorithmUnsupported(source, PublicKeyInfo.AlgorithmName(oid)),
        };
    }

    /// <summary>
    /// OpenSSL takes an RSA key whose factors or CRT values are damaged and works around them, so that damage goes
    /// unseen until some other system refuses the key. These are the equations of RFC 8017 §3.2.
    /// </summary>
    private static bool IsConsistent(RSA rsa)
    {
        RSAParameters key = rsa.ExportParameters(includePrivateParameters: true);
        try
        {
            BigInteger p = Number(key.P), q = Number(key.Q), d = Number(key.D), e = Number(key.Exponent);
            return p > 1 && q > 1
                && p * q == Number(key.Modulus)
                && e * d % (p - 1) == 1
                && e * d % (q - 1) == 1
                && d % (p - 1) == Number(key.DP)
                && d % (q - 1) == Number(key.DQ)
                && q * Number(key.InverseQ) % p == 1;
        }
        finally
        {
            foreach (byte[]? secret in (ReadOnlySpan<byte[]?>)[key.D, key.P, key.Q, key.DP, key.DQ, key.InverseQ])
            {
                CryptographicOperations.ZeroMemory(secret);
            }
        }

        static BigInteger Number(byte[]? bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
    }
}
