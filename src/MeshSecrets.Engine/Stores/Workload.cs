using System.Collections.Immutable;

namespace MeshSecrets.Stores;

/// <summary>A workload, and what its pods use.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace, in which its secrets are, too.</param>
/// <param name="Name">Its name.</param>
/// <param name="Secrets">The names of the secrets that its pods mount or take variables from, each once and in order.</param>
public sealed record Workload(WorkloadKind Kind, string Namespace, string Name, ImmutableArray<string> Secrets)
{
    /// <summary>Kind, namespace and name.</summary>
    /// <returns>For example <c>Deployment shop/web</c>.</returns>
    public override string ToString() => $"{Kind} {Namespace}/{Name}";
}
