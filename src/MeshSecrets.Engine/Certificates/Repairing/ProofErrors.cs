namespace MeshSecrets.Certificates.Repairing;

/// <summary>Where the errors are born about material that can be read, but is proven to have been altered.</summary>
internal static class ProofErrors
{
    internal static MeshException CertificateNotProven(string source) => new(
        "CertificateNotProven",
        MeshErrorKind.InvalidData,
        $"{source}: the certificate is said to have signed itself, but its signature does not verify: it was altered. Take it anew from where it was made.",
        source);
}
