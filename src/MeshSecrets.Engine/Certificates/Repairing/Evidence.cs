using System.Formats.Asn1;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Requests;
using MeshSecrets.Certificates.Verification;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>What is certain in a group of contents, and what it proves of the rest.</summary>
internal sealed class Evidence
{
    private readonly List<CertificateInfo> _certificates = [];
    private readonly PublicKeySet _certified = new();
    private readonly PublicKeySet _held = new();

    /// <summary>Adds an item that is certain.</summary>
    internal void Add(Candidate item)
    {
        switch (item.Kind)
        {
            case MaterialKind.Certificate when Parse(item.Der) is { } certificate:
                _certificates.Add(certificate);
                _certified.Add(certificate.SubjectPublicKeyInfo);
                break;
            case MaterialKind.CertificateRequest:
                _certified.Add(CertificateStructure.RequestPublicKey(item.Der, new("request")));
                break;
            case MaterialKind.PrivateKey or MaterialKind.EcPrivateKey or MaterialKind.RsaPrivateKey:
                using (PrivateKey? key = KeyProof.Import(item))
                {
                    if (key is not null)
                    {
                        _held.Add(key.SubjectPublicKeyInfo);
                    }
                }

                break;
        }
    }

    /// <summary>What proves an item, by itself and by what is certain beside it.</summary>
    internal RepairProof Of(Candidate item) => item.Kind switch
    {
        MaterialKind.Certificate => OfCertificate(item.Der),
        MaterialKind.CertificateRequest => OfRequest(item.Der),
        MaterialKind.PrivateKey or MaterialKind.EcPrivateKey or MaterialKind.RsaPrivateKey => OfKey(item),
        MaterialKind.PublicKey => Same(item.Der, _held),
        MaterialKind.Crl => OfCrl(item.Der),
        _ => RepairProof.None,
    };

    private RepairProof OfKey(Candidate item)
    {
        using PrivateKey? key = KeyProof.Import(item);
        return key is null
            ? RepairProof.None
            : (KeyProof.IsConsistent(item, key) ? RepairProof.KeyConsistent : RepairProof.None) | Same(key.SubjectPublicKeyInfo, _certified);
    }

    private RepairProof OfCertificate(byte[] der)
    {
        if (Parse(der) is not { } certificate)
        {
            return RepairProof.None;
        }

        bool verified = _certificates.Prepend(certificate).Any(issuer =>
            issuer.Subject.Equals(certificate.Issuer) && Verifies(issuer.SubjectPublicKeyInfo, certificate.ToBeSigned, certificate.SignatureAlgorithm, certificate.Signature));
        return (verified ? RepairProof.SignatureVerified : RepairProof.None) | Same(certificate.SubjectPublicKeyInfo, _held);
    }

    private RepairProof OfRequest(byte[] der) =>
        (RequestFault(der, "request") is null ? RepairProof.SignatureVerified : RepairProof.None)
        | Same(CertificateStructure.RequestPublicKey(der, new("request")), _held);

    private RepairProof OfCrl(byte[] der)
    {
        AsnReader crl = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        ReadOnlyMemory<byte> signed = crl.ReadEncodedValue();
        ReadOnlyMemory<byte> algorithm = crl.HasData ? crl.ReadEncodedValue() : default;
        return crl.HasData
            && crl.PeekTag() == Asn1Tag.PrimitiveBitString
            && crl.TryReadPrimitiveBitString(out _, out ReadOnlyMemory<byte> signature)
            && _certificates.Exists(issuer => Verifies(issuer.SubjectPublicKeyInfo, signed, algorithm, signature))
                ? RepairProof.SignatureVerified
                : RepairProof.None;
    }

    /// <summary>Why a request's own signature does not prove it; <see langword="null"/> if it does.</summary>
    internal static MeshException? RequestFault(byte[] der, string source)
    {
        try
        {
            CertificateRequestInfo.Parse(der, source).EnsureProven();
            return null;
        }
        catch (MeshException fault)
        {
            return fault; // The answer asked for.
        }
    }

    /// <summary>Whether a certificate that names itself as its issuer, and no other key as the issuer's, was not signed by itself.</summary>
    internal static bool IsAltered(byte[] der)
    {
        if (Parse(der) is not { IsSelfIssued: true } certificate
            || (!certificate.AuthorityKeyIdentifier.IsEmpty && !certificate.AuthorityKeyIdentifier.Span.SequenceEqual(certificate.SubjectKeyIdentifier.Span)))
        {
            return false;
        }

        try
        {
            return !SignatureVerifier.Verify(certificate.SubjectPublicKeyInfo, certificate.ToBeSigned.Span, certificate.SignatureAlgorithm, certificate.Signature.Span, "signature");
        }
        catch (MeshException e) when (e.ErrorId == "SignatureAlgorithmUnsupported")
        {
            return false; // Old roots are signed with SHA-1; that cannot be said of them.
        }
    }

    private static RepairProof Same(ReadOnlyMemory<byte> publicKey, PublicKeySet others) =>
        others.Contains(publicKey) ? RepairProof.SamePublicKey : RepairProof.None;

    private static CertificateInfo? Parse(byte[] der)
    {
        try
        {
            return CertificateInfo.Parse(der, "certificate");
        }
        catch (MeshException)
        {
            return null; // Its extensions cannot be read: it proves nothing, and nothing proves it.
        }
    }

    private static bool Verifies(ReadOnlyMemory<byte> publicKey, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> signature)
    {
        try
        {
            return SignatureVerifier.Verify(publicKey, signed.Span, algorithm, signature.Span, "signature");
        }
        catch (MeshException e) when (e.ErrorId == "SignatureAlgorithmUnsupported")
        {
            return false; // What cannot be verified is no proof.
        }
    }
}
