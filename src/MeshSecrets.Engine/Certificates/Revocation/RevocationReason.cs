namespace MeshSecrets.Certificates.Revocation;

/// <summary>Why a certificate was revoked, numbered as in RFC 5280 §5.3.1.</summary>
public enum RevocationReason
{
    /// <summary>No reason is given.</summary>
    Unspecified = 0,

    /// <summary>The key became known to others.</summary>
    KeyCompromise = 1,

    /// <summary>The authority's key became known to others.</summary>
    CaCompromise = 2,

    /// <summary>What the certificate says is no longer true.</summary>
    AffiliationChanged = 3,

    /// <summary>Another certificate took its place.</summary>
    Superseded = 4,

    /// <summary>It is no longer needed.</summary>
    CessationOfOperation = 5,

    /// <summary>It may become valid again.</summary>
    CertificateHold = 6,

    /// <summary>It was on hold and is valid again; only in delta lists.</summary>
    RemoveFromCrl = 8,

    /// <summary>It lost a privilege that it names.</summary>
    PrivilegeWithdrawn = 9,

    /// <summary>The key of the attribute authority became known to others.</summary>
    AaCompromise = 10,
}
