namespace MeshSecrets.Commands;

/// <summary>Where the errors of the cmdlets for Open Service Mesh are born.</summary>
internal static class OsmCommandErrors
{
    internal static MeshException NotASecret(object found) => new(
        "OsmSecretExpected",
        MeshErrorKind.InvalidArgument,
        $"The root of a mesh is in a secret, and a {found.GetType().Name} is none. Pipe an authority (Get-MeshCa), a secret (Get-MeshSecret) or the manifest of a Secret, or name it with -CaSecretName.");

    /// <summary>The guide names it among the issuers; the code never had it.</summary>
    internal static MeshException KeyVault(string name) => new(
        "OsmKeyVaultAbsent",
        MeshErrorKind.InvalidArgument,
        $"'{name}': OSM's guide names Azure Key Vault among its issuers, but no version of its code has it: --certificate-manager takes tresor, vault and cert-manager only. Let cert-manager issue by an external issuer, or keep the root in Key Vault and give OSM an intermediate in osm-ca-bundle.",
        name);

    internal static MeshException ManagerUnknown(string name) => new(
        "OsmManagerUnknown",
        MeshErrorKind.InvalidArgument,
        $"OSM has no certificate manager '{name}'. There is: tresor, vault, cert-manager.",
        name);

    internal static MeshException ParameterUnused(string parameter, string manager, string version) => new(
        "OsmParameterUnused",
        MeshErrorKind.InvalidArgument,
        $"-{parameter} says nothing to the certificate manager {manager} of {version}. Leave it out, or choose another -CertificateManager or -For.",
        parameter);

    internal static MeshException ParameterMissing(string parameter, string what) => new(
        "OsmParameterMissing",
        MeshErrorKind.InvalidArgument,
        $"{parameter} is missing: {what}.",
        parameter);
}
