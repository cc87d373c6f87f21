namespace MeshSecrets.Commands;

/// <summary>Where the errors of the cmdlets for Gloo Mesh are born.</summary>
internal static class GlooCommandErrors
{
    internal static MeshException NotASecret(object found) => new(
        "RootTrustSecretExpected",
        MeshErrorKind.InvalidArgument,
        $"The root of the meshes is in a secret, and a {found.GetType().Name} is none. Pipe an authority (Get-MeshCa), a secret (Get-MeshSecret) or the manifest of a Secret, or name it with -CaSecretName.");

    internal static MeshException RootMissing() => new(
        "RootTrustWithoutRoot",
        MeshErrorKind.InvalidArgument,
        "Say who signs for the meshes: a secret with -CaSecretName or from the pipeline, Vault with -VaultServer, or -Generated to try out.");

    internal static MeshException VaultLogin() => new(
        "RootTrustVaultLogin",
        MeshErrorKind.InvalidArgument,
        "The agents need one way to log in to Vault: give -VaultTokenSecretName or -VaultKubernetesRole, one of both.");
}
