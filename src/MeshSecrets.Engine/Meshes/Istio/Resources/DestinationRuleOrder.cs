using System.Collections.Immutable;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>What a DestinationRule with TLS shall be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Host">The service or host to which clients send.</param>
/// <param name="Mode">One of <see cref="TlsMode.OfClients"/>.</param>
public sealed record DestinationRuleOrder(string Name, string Host, string Mode)
{
    /// <summary>Its namespace.</summary>
    public string Namespace { get; init; } = IstioNames.Namespace;

    /// <summary>The credential of the clients, or <see langword="null"/>.</summary>
    public CredentialFacts? Credential { get; init; }

    /// <summary>The path of the client's certificate in the proxy, in place of a credential.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>The path of the client's key in the proxy.</summary>
    public string? PrivateKey { get; init; }

    /// <summary>The path of what the server is verified by in the proxy.</summary>
    public string? CaCertificates { get; init; }

    /// <summary>The server name that clients send.</summary>
    public string? Sni { get; init; }

    /// <summary>The names of which the server's certificate must have one; empty for the host's.</summary>
    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    /// <summary>The only port that it is for, or <see langword="null"/> for all.</summary>
    public int? Port { get; init; }

    /// <summary>The labels of the workloads that it is for; without them only gateways read a credential.</summary>
    public ImmutableSortedDictionary<string, string> WorkloadSelector { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
