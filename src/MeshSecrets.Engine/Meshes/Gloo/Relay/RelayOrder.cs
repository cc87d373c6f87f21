using System.Collections.Immutable;
using MeshSecrets.Certificates.Keys;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>The relay secrets that are asked for.</summary>
public sealed record RelayOrder
{
    /// <summary>The registered names of the clusters whose agents get a certificate: each becomes the DNS name by which the management plane knows the agent.</summary>
    public required ImmutableArray<string> Clusters { get; init; }

    /// <summary>The namespace of Gloo Mesh in all clusters.</summary>
    public string Namespace { get; init; } = RelaySecretName.Namespace;

    /// <summary>Whether the management plane is one of the first generation (<c>enterprise-networking</c>) and not <c>gloo-mesh-mgmt-server</c>.</summary>
    public bool IsFirstGeneration { get; init; }

    /// <summary>Further DNS names of the management plane, by which agents reach it from other clusters.</summary>
    public ImmutableArray<string> ServerDnsNames { get; init; } = [];

    /// <summary>How long the certificates of server and clients are to be valid.</summary>
    public TimeSpan ValidFor { get; init; } = TimeSpan.FromDays(365);

    /// <summary>The kind of their keys. RSA, as all that Gloo Mesh and its guides make.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.Rsa2048;

    /// <summary>Whether only the clusters' secrets are made, for a management plane that has its own.</summary>
    public bool AgentsOnly { get; init; }

    /// <summary>Labels of all of them.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The names under which the management plane is reached within its cluster. The wildcard is what the guides use; the name beside it serves clients that refuse a wildcard right below a top-level domain.</summary>
    internal IEnumerable<string> AllServerDnsNames =>
        [$"*.{Namespace}", $"{(IsFirstGeneration ? "enterprise-networking" : "gloo-mesh-mgmt-server")}.{Namespace}", .. ServerDnsNames];
}
