using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Verification;

/// <summary>Verifies the signatures on certificates and requests.</summary>
internal static class SignatureVerifier
{
    private static readonly Asn1Tag s_pssHash = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag s_pssSaltLength = new(TagClass.ContextSpecific, 2, isConstructed: true);

    /// <summary>Whether the certificate is signed by the key of the issuer's certificate.</summary>
    /// <exception cref="MeshException"><c>SignatureAlgorithmUnsupported</c>.</exception>
    internal static bool IsSignedBy(CertificateInfo certificate, CertificateInfo issuer)
    {
        if (certificate.ProvenIssuer is { } proven && proven.SubjectPublicKeyInfo.Span.SequenceEqual(issuer.SubjectPublicKeyInfo.Span))
        {
            return true;
        }

        bool isSigned = Verify(issuer.SubjectPublicKeyInfo, certificate.ToBeSigned.Span, certificate.SignatureAlgorithm, certificate.Signature.Span, certificate.ToString());
        certificate.ProvenIssuer = isSigned ? issuer : certificate.ProvenIssuer;
        return isSigned;
    }

    /// <summary>Whether a signature is that of a key over the data; false, too, if the key is not of the signature's kind.</summary>
    /// <exception cref="MeshException"><c>SignatureAlgorithmUnsupported</c>.</exception>
    internal static bool Verify(
        ReadOnlyMemory<byte> subjectPublicKeyInfo,
        ReadOnlySpan<byte> data,
        ReadOnlyMemory<byte> algorithm,
        ReadOnlySpan<byte> signature,
        string source)
    {
        try
        {
            AsnReader identifier = new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence();
            string oid = identifier.ReadObjectIdentifier();
            return oid switch
            {
                Oids.EcdsaWithSha256 => VerifyEcdsa(subjectPublicKeyInfo.Span, data, signature, HashAlgorithmName.SHA256),
                Oids.EcdsaWithSha384 => VerifyEcdsa(subjectPublicKeyInfo.Span, data, signature, HashAlgorithmName.SHA384),
                Oids.EcdsaWithSha512 => VerifyEcdsa(subjectPublicKeyInfo.Span, data, signature, HashAlgorithmName.SHA512),
                Oids.Sha256WithRsa => VerifyRsa(subjectPublicKeyInfo.Span, data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                Oids.Sha384WithRsa => VerifyRsa(subjectPublicKeyInfo.Span, data, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
                Oids.Sha512WithRsa => VerifyRsa(subjectPublicKeyInfo.Span, data, signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
                Oids.RsaPss when PssHash(identifier) is { } hash => VerifyRsa(subjectPublicKeyInfo.Span, data, signature, hash, RSASignaturePadding.Pss),
                _ => throw CertificateErrors.SignatureAlgorithmUnsupported(source, oid),
            };
        }
        catch (AsnContentException)
        {
            throw CertificateErrors.SignatureAlgorithmUnsupported(source, "parameters that cannot be read");
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return false; // A key of another kind or on an unknown curve, or a signature of another shape: certainly not this key's signature.
        }
    }

    private static bool VerifyEcdsa(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        using ECDsa ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(key, out _);
        return ecdsa.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static bool VerifyRsa(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        using RSA rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key, out _);
        return rsa.VerifyData(data, signature, hash, padding);
    }

    /// <summary>
    /// The hash of RSASSA-PSS-params (RFC 4055 §3.1), if the framework can verify them: with SHA-2, and a salt as long as
    /// the hash.
    /// </summary>
    private static HashAlgorithmName? PssHash(AsnReader identifier)
    {
        AsnReader parameters = identifier.ReadSequence();
        string? hash = null;
        BigInteger saltLength = 20;
        while (parameters.HasData)
        {
            Asn1Tag tag = parameters.PeekTag();
            AsnReader value = parameters.ReadSequence(tag);
            hash = tag == s_pssHash ? value.ReadSequence().ReadObjectIdentifier() : hash;
            saltLength = tag == s_pssSaltLength ? value.ReadInteger() : saltLength;
        }

        return hash switch
        {
            Oids.Sha256 when saltLength == SHA256.HashSizeInBytes => HashAlgorithmName.SHA256,
            Oids.Sha384 when saltLength == SHA384.HashSizeInBytes => HashAlgorithmName.SHA384,
            Oids.Sha512 when saltLength == SHA512.HashSizeInBytes => HashAlgorithmName.SHA512,
            _ => null,
        };
    }
}
