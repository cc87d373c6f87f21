using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Mtls;

/// <summary>A backend that is to be made: what all types of backends share, and the settings of its type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type: <c>builtin</c>, <c>provided</c>, and those of Kong Mesh.</param>
/// <param name="Conf">The settings of the type.</param>
public sealed record BackendOptions(string Name, string Type, ManifestNode? Conf)
{
    /// <summary>STRICT or PERMISSIVE; <see langword="null"/> for Kuma's default, STRICT.</summary>
    public string? Mode { get; init; }

    /// <summary>The life of workloads' certificates; <see langword="null"/> for Kuma's default, 24 hours.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>How long the control plane waits for the authority; <see langword="null"/> for Kuma's default, 10 seconds.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>Settings of the type <c>builtin</c>.</summary>
    /// <param name="rsaBits">The size of the root's key; 2048 if not given.</param>
    /// <param name="validFor">The root's life; ten years if not given.</param>
    /// <returns>The node, or <see langword="null"/> if nothing is given.</returns>
    public static ManifestNode? BuiltinConf(int? rsaBits, TimeSpan? validFor) => rsaBits is null && validFor is null
        ? null
        : ManifestNode.Mapping(("caCert", ManifestNode.Mapping(
            ("RSAbits", rsaBits is { } bits ? ManifestNode.Number(bits) : null),
            ("expiration", ManifestNode.String(validFor is { } life ? KumaDuration.Format(life) : null)))));

    /// <summary>Settings of the type <c>provided</c>.</summary>
    /// <param name="certificate">The data source of the authority's certificate and chain.</param>
    /// <param name="key">The data source of its key.</param>
    /// <returns>The node.</returns>
    public static ManifestNode ProvidedConf(ManifestNode certificate, ManifestNode key) => ManifestNode.Mapping(("cert", certificate), ("key", key));

    /// <summary>The backend as it stands in the Mesh.</summary>
    /// <returns>The node.</returns>
    public ManifestNode ToNode()
    {
        // A dpCert without expiration is refused, so a timeout alone brings the default with it.
        ManifestNode? dataplanes = ValidFor is null && RequestTimeout is null ? null : ManifestNode.Mapping(
            ("rotation", ManifestNode.Mapping(("expiration", ManifestNode.String(KumaDuration.Format(ValidFor ?? TimeSpan.FromDays(1)))))),
            ("requestTimeout", Timeout()));
        return ManifestNode.Mapping(
            ("name", ManifestNode.String(Name)),
            ("type", ManifestNode.String(Type)),
            ("mode", ManifestNode.String(Mode)),
            ("dpCert", dataplanes),
            ("conf", Conf),
            ("rootChain", RequestTimeout is null ? null : ManifestNode.Mapping(("requestTimeout", Timeout()))));
    }

    /// <summary>Seconds, as protobuf writes a duration in JSON.</summary>
    private ManifestNode? Timeout() => RequestTimeout is { } timeout
        ? ManifestNode.String(FormattableString.Invariant($"{timeout.TotalSeconds:0.###}s"))
        : null;
}
