using System.Collections.Immutable;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>A credential that a resource shall name, and what is known of it.</summary>
/// <param name="Name">The secret's name.</param>
public sealed record CredentialFacts(string Name)
{
    /// <summary>The DNS names of its certificate; <see langword="null"/> if the certificate is not known.</summary>
    public ImmutableArray<string>? DnsNames { get; init; }

    /// <summary>Whether there is a CA for it, in it or in the secret beside it; <see langword="null"/> if that is not known.</summary>
    public bool? HasCa { get; init; }

    /// <summary>The name of the secret in which Istio looks for its CA first.</summary>
    public string CaName => Name + GatewayKeys.CaSuffix;
}
