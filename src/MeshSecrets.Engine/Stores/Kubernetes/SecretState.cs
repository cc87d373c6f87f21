using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>How a secret stands in the cluster, without its values: what a change of it starts from.</summary>
/// <param name="Metadata">Its metadata as the server has it.</param>
/// <param name="Owners">Who has set which fields.</param>
internal sealed record SecretState(ObjectMeta Metadata, FieldOwners Owners)
{
    internal string ResourceVersion => Metadata.ResourceVersion ?? "";

    /// <summary>Since when what uses it is to be restarted, as it is noted.</summary>
    internal string? RestartDue => Metadata.Annotations?.GetValueOrDefault(SecretMapping.RestartDueAnnotation);

    /// <summary>What the last write of this store is recognized by.</summary>
    internal string? WriteId => Metadata.Annotations?.GetValueOrDefault(SecretMapping.WriteIdAnnotation);
}
