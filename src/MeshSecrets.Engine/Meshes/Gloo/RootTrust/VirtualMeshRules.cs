using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Gloo.RootTrust;

/// <summary>The rules of the root that the meshes of Gloo Mesh share.</summary>
internal static class VirtualMeshRules
{
    internal static RuleSet Set { get; } = new(
        "GlooVirtualMesh",
        "the root that the meshes of Gloo Mesh share: its secret, VirtualMesh (v1) and RootTrustPolicy (v2)",
        [
            // The secret.
            RootSecretRules.DataKeys,
            RootSecretRules.KeyForm,
            RootSecretRules.OneCertificate,
            RootSecretRules.GeneratedType,

            // The root in it.
            RootSecretRules.RootIsCa,
            RootSecretRules.RootSelfSigned,
            RootSecretRules.PathLength,
            RootSecretRules.ExtendedKeyUsage,
            RootSecretRules.LeafUsages,
            RootSecretRules.Life,

            // The resources.
            RootTrustRules.OneAuthority,
            RootTrustRules.AnyAuthority,
            RootTrustRules.LimitedTrust,
            RootTrustRules.Generated,
            RootTrustRules.KeySizeInBits,
            RootTrustRules.IntermediateLife,
            RootTrustRules.SecretThere,
            RootTrustRules.FormerRootPassive,
            RootTrustRules.MeshesNamed,
            RootTrustRules.Restart,
            RootTrustRules.VaultEncrypted,
            RootTrustRules.VaultExported,
            RootTrustRules.VaultLogin,
            RootTrustRules.AwsAccount,
        ])
    {
        Fits = subject => RootTrustSettings.IsOne(subject.Resource) || (subject.Secret is { } secret && VirtualMeshFormat.Recognizes(secret)),
    };
}
