namespace MeshSecrets.Commands;

/// <summary>Where the errors of the cmdlets for Kuma and Kong Mesh are born.</summary>
internal static class KumaCommandErrors
{
    internal static MeshException UnknownIn04(string parameter) => new(
        "KumaVersionUnsuitable",
        MeshErrorKind.InvalidArgument,
        $"Kuma 0.4 does not know {parameter}: its Mesh says only whether mTLS is on, and whether the authority is builtin or provided. Leave it out, or leave out -Version 0.4.",
        parameter);

    internal static MeshException VaultAddressMissing() => new(
        "KongMeshVaultAddressMissing",
        MeshErrorKind.InvalidArgument,
        "The control plane must know where Vault is. Give -VaultAddress, or -VaultAgentAddress for an agent.",
        "-VaultAddress");

    internal static MeshException VaultAuthenticationUnclear() => new(
        "KongMeshVaultAuthenticationUnclear",
        MeshErrorKind.InvalidArgument,
        "The control plane needs exactly one way to prove itself to Vault. Give -TokenSecret, or -ClientCertificateSecret with -ClientKeySecret, or -AwsType; with -VaultAgentAddress the agent may do it.",
        "-TokenSecret");

    internal static MeshException ConfigExpected() => new(
        "KumaConfigExpected",
        MeshErrorKind.InvalidArgument,
        "-ExtensionConfig must be one YAML or JSON object. Give the settings as the extension's guide has them.",
        "-ExtensionConfig");
}
