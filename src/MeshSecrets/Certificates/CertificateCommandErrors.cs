namespace MeshSecrets.Commands;

/// <summary>Where the errors about the parameters of certificate cmdlets are born.</summary>
internal static class CertificateCommandErrors
{
    internal static MeshException RequestNameMissing() => new(
        "CertificateNameMissing",
        MeshErrorKind.InvalidArgument,
        "A certificate request needs a subject or a name: give -Subject, -DnsName, -SpiffeId, -IPAddress, -Uri or -EmailAddress.");

    internal static MeshException RequestMissing() => new(
        "RequestMissing",
        MeshErrorKind.InvalidArgument,
        "There is no certificate request: give it with -Path, or with -Request (PEM text, or what New-MeshCertificateRequest and Get-MeshCertificate write).");

    internal static MeshException BundleEmpty() => new(
        "BundleEmpty",
        MeshErrorKind.InvalidOperation,
        "There is nothing to put into a trust bundle: no authority and no certificate was found that has not expired. A mesh that is given an empty bundle trusts nobody, so none is written.");

    internal static MeshException FormatWithoutPrivateKey(string format) => new(
        "FormatWithoutPrivateKey",
        MeshErrorKind.InvalidArgument,
        $"{format} holds certificates only, so the private key would be lost. Leave -IncludePrivateKey out, or choose a form of authorities.",
        format);

    internal static MeshException FormatOfOneAuthority(string format, int count) => new(
        "FormatOfOneAuthority",
        MeshErrorKind.InvalidArgument,
        $"{format} holds one authority, and {(count == 0 ? "none was found" : $"{count} were named")}. Name one authority of the store; roots that are to be trusted beside its own go to -CertificatePath.",
        format);

    internal static MeshException RequestNamesNotMade(int count) => new(
        "NamesNotMade",
        MeshErrorKind.InvalidData,
        $"The request asks for {count} alternative name(s) of kinds that are not made here (directory names, registered IDs, other names), which the certificate would lack. State the names that you want with -DnsName, -SpiffeId, … instead.");

    internal static MeshException OutputAmbiguous() => new(
        "OutputAmbiguous",
        MeshErrorKind.InvalidArgument,
        "Give -OutFile for one certificate request only; for several, take the Pem of each object.");
}
