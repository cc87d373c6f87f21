using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Verification;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>
/// Verifies a signature to learn whether bytes are those that were signed, not whether to trust the signer: here SHA-1
/// counts as well, with which old roots are signed. A random alteration does not find a collision.
/// </summary>
internal static class ProofSignature
{
    private const string EcdsaWithSha1 = "1.2.840.10045.4.1";

    /// <summary>
    /// Whether the signature on a certificate or revocation list verifies, and leaves no byte of it open: the algorithm
    /// outside of what is signed must be the one within (RFC 5280 §4.1.1.2), and the BIT STRING must use all its bits.
    /// </summary>
    /// <returns><see langword="null"/> if the algorithm is not known here.</returns>
    internal static bool? Verify(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> issuer) =>
        TryOpen(der, out ReadOnlyMemory<byte> signed, out ReadOnlyMemory<byte> algorithm, out ReadOnlyMemory<byte> signature)
        && signed.Span.IndexOf(algorithm.Span) >= 0
            ? Verify(issuer, signed, algorithm, signature)
            : false;

    /// <summary>Whether the algorithm of a request, which its signature does not cover, is written as it must be: without parameters, for RSA with NULL.</summary>
    internal static bool IsExact(byte[] request)
    {
        if (!TryOpen(request, out _, out ReadOnlyMemory<byte> algorithm, out _))
        {
            return false;
        }

        AsnReader identifier = new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence();
        bool isRsa = identifier.ReadObjectIdentifier().StartsWith("1.2.840.113549.1.1.", StringComparison.Ordinal);
        return !identifier.HasData || (isRsa && identifier.PeekEncodedValue().Span is [5, 0]);
    }

    private static bool TryOpen(ReadOnlyMemory<byte> der, out ReadOnlyMemory<byte> signed, out ReadOnlyMemory<byte> algorithm, out ReadOnlyMemory<byte> signature)
    {
        signed = algorithm = signature = default;
        try
        {
            AsnReader outer = new(der, AsnEncodingRules.DER);
            AsnReader item = outer.ReadSequence();
            signed = item.ReadEncodedValue();
            algorithm = item.ReadEncodedValue();
            return item.TryReadPrimitiveBitString(out int unused, out signature) && unused == 0 && !item.HasData && !outer.HasData;
        }
        catch (AsnContentException)
        {
            return false; // What cannot be read is signed by nobody.
        }
    }

    private static bool? Verify(ReadOnlyMemory<byte> publicKey, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> signature)
    {
        try
        {
            return SignatureVerifier.Verify(publicKey, signed.Span, algorithm, signature.Span, "signature");
        }
        catch (MeshException e) when (e.ErrorId == "SignatureAlgorithmUnsupported")
        {
            return VerifySha1(publicKey.Span, signed.Span, algorithm, signature.Span);
        }
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "It finds alterations; it grants no trust.")]
    private static bool? VerifySha1(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> signed, ReadOnlyMemory<byte> algorithm, ReadOnlySpan<byte> signature)
    {
        try
        {
            switch (new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier())
            {
                case Oids.Sha1WithRsa:
                    using (RSA rsa = RSA.Create())
                    {
                        rsa.ImportSubjectPublicKeyInfo(publicKey, out _);
                        return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
                    }

                case EcdsaWithSha1:
                    using (ECDsa ecdsa = ECDsa.Create())
                    {
                        ecdsa.ImportSubjectPublicKeyInfo(publicKey, out _);
                        return ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);
                    }

                default:
                    return null;
            }
        }
        catch (AsnContentException)
        {
            return null; // An algorithm that cannot be read is none that is known.
        }
        catch (CryptographicException)
        {
            return false; // A key of another kind, or a signature of another shape: certainly not this key's signature.
        }
    }
}
