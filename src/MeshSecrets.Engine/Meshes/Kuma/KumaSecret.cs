using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma;

/// <summary>What both forms of Kuma's secrets share: types, the mesh they belong to, the one value.</summary>
internal static class KumaSecret
{
    /// <summary>The type of a secret of one mesh.</summary>
    internal const string MeshType = "system.kuma.io/secret";

    /// <summary>The type of a secret of no mesh.</summary>
    internal const string GlobalType = "system.kuma.io/global-secret";

    /// <summary>The label that names the mesh on Kubernetes.</summary>
    internal const string MeshLabel = "kuma.io/mesh";

    /// <summary>The namespace of the control plane, the only one in which it sees secrets.</summary>
    internal const string Namespace = "kuma-system";

    /// <summary>Whether a secret's type is one of Kuma's.</summary>
    internal static bool IsKumas(string? type) => type is MeshType or GlobalType;

    /// <summary>Of which mesh a secret shall be once it is Kuma's.</summary>
    /// <param name="secret">Any secret; one that is not Kuma's yet must have one value only.</param>
    /// <param name="target">May name another mesh.</param>
    /// <param name="format">The form's name, for messages.</param>
    /// <returns>The mesh, or <see langword="null"/> for a global secret.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>, <c>KumaGlobalSecretWithMesh</c>, <c>KumaSecretWithoutMesh</c>.</exception>
    internal static string? MeshOf(Secret secret, FormatTarget target, string format)
    {
        string? mesh = target.Mesh ?? secret.Id.Mesh;
        return secret.Metadata.Type switch
        {
            GlobalType => mesh is null ? null : throw KumaErrors.GlobalSecretWithMesh(secret.Id, mesh),
            MeshType => mesh ?? SecretId.DefaultMesh,
            SecretType.Opaque => mesh ?? (secret.Id.IsGlobal ? null : throw KumaErrors.SecretWithoutMesh(secret.Id)),
            SecretType.Tls or SecretType.CertificateAuthority => throw FormatErrors.CannotCarry(
                format, secret.Id, $"the several values of the type {secret.Metadata.Type}", "Kuma's secrets have one each: write certificate and key as two with 'Export-MeshCaBundle -Format KumaProvided'."),
            string type => throw FormatErrors.CannotCarry(
                format, secret.Id, $"the type {type}", $"Copy its value into a secret of the type {MeshType} first."),
        };
    }

    /// <summary>Refuses a secret without value.</summary>
    /// <exception cref="MeshException"><c>KumaSecretEmpty</c>.</exception>
    internal static void EnsureValue(SecretData data, object secret, string field)
    {
        if (!data.TryGetValue(DataKey.Value, out ReadOnlyMemory<byte> value) || value.IsEmpty)
        {
            throw KumaErrors.SecretEmpty(secret, field);
        }
    }

    /// <summary>Refuses values that Kuma would never read.</summary>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>.</exception>
    internal static void EnsureOneValue(Secret secret, string format)
    {
        foreach (string key in secret.GetData().Keys)
        {
            if (key != DataKey.Value)
            {
                throw FormatErrors.CannotCarry(format, secret.Id, $"the data key '{key}'", $"A secret of Kuma has one value: write each as a secret of its own, with the data key '{DataKey.Value}'.");
            }
        }
    }

    /// <summary>Metadata with the labels of a target, without the mesh's label: the identity says it.</summary>
    internal static SecretMetadata WithoutMeshLabel(SecretMetadata metadata, FormatTarget target) =>
        metadata with { Labels = metadata.Labels.SetItems(target.Labels).Remove(MeshLabel) };
}
