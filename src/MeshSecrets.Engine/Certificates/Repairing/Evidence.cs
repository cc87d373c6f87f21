using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Requests;
using MeshSecrets.Certificates.Revocation;

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

        bool verified = _certificates.Prepend(certificate).Any(issuer => issuer.Subject.Equals(certificate.Issuer) && Verify(certificate, issuer) == true);
        return (verified ? RepairProof.SignatureVerified : RepairProof.None) | Same(certificate.SubjectPublicKeyInfo, _held);
    }

    private RepairProof OfRequest(byte[] der) =>
        (RequestFault(der, "request") is null && ProofSignature.IsExact(der) ? RepairProof.SignatureVerified : RepairProof.None)
        | Same(CertificateStructure.RequestPublicKey(der, new("request")), _held);

    private RepairProof OfCrl(byte[] der) =>
        _certificates.Exists(issuer => ProofSignature.Verify(der, issuer.SubjectPublicKeyInfo) == true) ? RepairProof.SignatureVerified : RepairProof.None;

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

    /// <summary>Why a certificate or revocation list cannot be read as such; <see langword="null"/> if it can.</summary>
    internal static MeshException? FormFault(Candidate item, string source)
    {
        try
        {
            _ = item.Kind == MaterialKind.Crl ? (object)CertificateRevocationList.Parse(item.Der, source) : CertificateInfo.Parse(item.Der, source);
            return null;
        }
        catch (MeshException fault)
        {
            return fault; // The answer asked for.
        }
    }

    /// <summary>
    /// Whether that is at hand which should have signed an item: a certificate of the issuer's name or key identifier,
    /// for either may be what was altered. Its signature then verifies, or the item is not what was signed.
    /// </summary>
    internal bool HasIssuer(Candidate item) => item.Kind switch
    {
        MaterialKind.Certificate => Parse(item.Der) is { } certificate && HasIssuer(certificate),
        MaterialKind.Crl => CertificateRevocationList.Parse(item.Der, "list") is var crl && _certificates.Exists(issuer => IsNamed(issuer, crl.Issuer, crl.AuthorityKeyIdentifier) && ProofSignature.Verify(item.Der, issuer.SubjectPublicKeyInfo) is not null),
        _ => false,
    };

    private bool HasIssuer(CertificateInfo certificate)
    {
        bool isItsOwn = certificate.IsSelfIssued
            && (certificate.AuthorityKeyIdentifier.IsEmpty || certificate.AuthorityKeyIdentifier.Span.SequenceEqual(certificate.SubjectKeyIdentifier.Span));
        if (isItsOwn && Verify(certificate, certificate) is not null)
        {
            return true;
        }

        return _certificates.Exists(issuer =>
            IsNamed(issuer, certificate.Issuer, certificate.AuthorityKeyIdentifier)
            && !issuer.Encoded.Span.SequenceEqual(certificate.Encoded.Span)
            && Verify(certificate, issuer) is not null);
    }

    private static bool IsNamed(CertificateInfo issuer, DistinguishedName name, ReadOnlyMemory<byte> keyIdentifier) =>
        issuer.Subject.Equals(name) || (!keyIdentifier.IsEmpty && keyIdentifier.Span.SequenceEqual(issuer.SubjectKeyIdentifier.Span));

    private static bool? Verify(CertificateInfo certificate, CertificateInfo issuer) =>
        ProofSignature.Verify(certificate.Encoded, issuer.SubjectPublicKeyInfo);

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
}
