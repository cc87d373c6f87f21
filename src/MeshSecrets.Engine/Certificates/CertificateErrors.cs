using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets.Certificates;

/// <summary>Where the errors about certificates and what they hold are born.</summary>
internal static class CertificateErrors
{
    internal const string SignatureAlgorithmUnsupportedId = "SignatureAlgorithmUnsupported";

    internal static MeshException DurationInvalid(string text, string why) => new(
        "DurationInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{text}' is no duration: {why}. Examples: 24h, 1h30m, 1.5h, 90d, P90D, 1.12:00:00.",
        text);

    internal static MeshException ProfileUnknown(string name) => new(
        "ProfileUnknown",
        MeshErrorKind.InvalidArgument,
        $"'{name}' is no certificate profile. Use one of {string.Join(", ", CertificateProfile.Leaves.Select(profile => profile.Name))} or {CertificateProfile.CustomName}.",
        name);

    internal static MeshException ProfileUsageInvalid(KeyUsages usages) => new(
        "ProfileUsageInvalid",
        MeshErrorKind.InvalidArgument,
        $"The key usages {usages} make an authority of a leaf. Leave out KeyCertSign and CrlSign, or make an authority with New-MeshCa.",
        usages);

    internal static MeshException ExtendedKeyUsageUnknown(string name) => new(
        "ExtendedKeyUsageUnknown",
        MeshErrorKind.InvalidArgument,
        $"'{name}' is no extended key usage. Use one of {string.Join(", ", ExtendedKeyUsageName.All)} or an OID.",
        name);

    internal static MeshException CertificateInvalid(string source, string why, Exception? inner = null) => new(
        "CertificateInvalid",
        MeshErrorKind.InvalidData,
        $"{source} is no valid certificate: {why}. It was probably cut short or altered; take it anew from where it was issued.",
        source,
        inner);

    internal static MeshException RequestInvalid(string source, string why, Exception? inner = null) => new(
        "CertificateRequestInvalid",
        MeshErrorKind.InvalidData,
        $"{source} is no valid certificate request: {why}. Make it anew.",
        source,
        inner);

    internal static MeshException RequestNotProven(string source) => new(
        "CertificateRequestNotProven",
        MeshErrorKind.Authentication,
        $"{source} is not signed by the key that it names, so nothing proves that whoever sent it holds that key (RFC 2986, section 3). Make the request anew, with the key.",
        source);

    internal static MeshException SignatureAlgorithmUnsupported(string source, string algorithm) => new(
        SignatureAlgorithmUnsupportedId,
        MeshErrorKind.InvalidData,
        $"{source} is signed with {algorithm}, which cannot be verified here. Supported are ECDSA and RSA with SHA-256, SHA-384 and SHA-512.",
        source);
}
