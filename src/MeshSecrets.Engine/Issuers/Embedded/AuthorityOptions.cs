using MeshSecrets.Certificates.Names;

namespace MeshSecrets.Issuers.Embedded;

/// <summary>What an authority is to be.</summary>
public sealed record AuthorityOptions
{
    /// <summary>Its subject; not empty (RFC 5280 §4.1.2.6).</summary>
    public required DistinguishedName Subject { get; init; }

    /// <summary>Subject alternative names, such as its trust domain as a SPIFFE ID without a path.</summary>
    public SubjectAlternativeNames Names { get; init; } = SubjectAlternativeNames.None;

    /// <summary>How long it is valid; <see langword="null"/> for ten years as a root, five below another.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>How many authorities may follow below it; <see langword="null"/>: for a root no limit, below another one 0, or what that one's own limit leaves.</summary>
    public int? PathLength { get; init; }

    /// <summary>What it may issue.</summary>
    public IssuancePolicy Policy { get; init; } = IssuancePolicy.Unrestricted;

    /// <summary>Whether to refuse, rather than shorten, a life beyond its issuer's.</summary>
    public bool RefuseShorterLife { get; init; }
}
