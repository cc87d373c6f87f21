namespace MeshSecrets.Certificates.Repairing;

/// <summary>Where the errors are born about material that can be read, but is proven to have been altered.</summary>
internal static class ProofErrors
{
    internal static MeshException CertificateNotProven(string source) => new(
        "CertificateNotProven",
        MeshErrorKind.InvalidData,
        $"{source}: a certificate of its issuer's name or key identifier is at hand, or it is said to have signed itself, but the signature does not verify: it was altered, or that issuer is another one. Take it anew from where it was made, or give its true issuer.",
        source);

    internal static MeshException CrlNotProven(string source) => new(
        "CrlNotProven",
        MeshErrorKind.InvalidData,
        $"{source}: a certificate of the issuer of the revocation list is at hand, but the signature does not verify: it was altered, or that issuer is another one. Take it anew from where it is published.",
        source);
}
