using System.Collections.Immutable;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>What a Gateway with one server of TLS shall be.</summary>
/// <param name="Name">The Gateway's name.</param>
/// <param name="Mode">One of <see cref="TlsMode.OfServers"/>.</param>
public sealed record GatewayOrder(string Name, string Mode)
{
    /// <summary>Its namespace.</summary>
    public string Namespace { get; init; } = IstioNames.Namespace;

    /// <summary>The labels of the gateway's pods; empty for Istio's ingress gateway.</summary>
    public ImmutableSortedDictionary<string, string> Selector { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The hosts, with a namespace before each or without; empty for those of the certificate.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>The credential, or <see langword="null"/> in a mode without one.</summary>
    public CredentialFacts? Credential { get; init; }

    /// <summary>The port.</summary>
    public int Port { get; init; } = 443;

    /// <summary>HTTPS or TLS; <see langword="null"/> for TLS where it passes through, otherwise HTTPS.</summary>
    public string? Protocol { get; init; }

    /// <summary>The lowest version of TLS, as <c>TLSV1_2</c>; <see langword="null"/> for Istio's.</summary>
    public string? MinProtocolVersion { get; init; }

    /// <summary>The names of which a client's certificate must have one; empty for any.</summary>
    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    /// <summary>Whether a second server sends clients of port 80 to HTTPS.</summary>
    public bool RedirectsHttp { get; init; }
}
