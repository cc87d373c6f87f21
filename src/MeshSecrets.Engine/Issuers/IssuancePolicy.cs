using System.Collections.Immutable;
using System.Net;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;

namespace MeshSecrets.Issuers;

/// <summary>What an authority may issue, as roles have it in Vault. What is not set is not restricted, with one exception: see remarks.</summary>
/// <remarks>
/// As soon as names of any kind are restricted, names of the kinds without a rule are refused, so that an authority for
/// <c>*.shop.example</c> does not sign an IP address or another mesh's SPIFFE ID. A rule of <c>*</c> allows a kind.
/// </remarks>
public sealed record IssuancePolicy
{
    /// <summary>No restriction.</summary>
    public static IssuancePolicy Unrestricted { get; } = new();

    /// <summary>DNS names: <c>web.example</c> just that, <c>*.example</c> everything below <c>example</c>, <c>*</c> any.</summary>
    public ImmutableArray<string> AllowedDnsNames { get; init; } = [];

    /// <summary>Beginnings of URIs: <c>spiffe://default/</c>; <c>*</c> for any. One that does not end with <c>/</c> also allows just itself and what follows it after a <c>/</c>, never a longer host.</summary>
    public ImmutableArray<string> AllowedUriPrefixes { get; init; } = [];

    /// <summary>IP addresses and networks: <c>10.0.0.0/8</c>, <c>::1</c>; <c>*</c> for any.</summary>
    public ImmutableArray<string> AllowedIpAddresses { get; init; } = [];

    /// <summary>The longest life of a certificate; a longer one that is asked for is refused.</summary>
    public TimeSpan? LongestLife { get; init; }

    /// <summary>The kinds of key that are certified; empty for all.</summary>
    public ImmutableArray<KeyAlgorithm> AllowedKeyAlgorithms { get; init; } = [];

    /// <summary>The policy of the authority above when this one was made, which holds as well; <see langword="null"/> for none.</summary>
    public IssuancePolicy? Above { get; init; }

    /// <summary>Checks the rules themselves.</summary>
    /// <exception cref="MeshException"><c>PolicyRuleInvalid</c>.</exception>
    public void EnsureValid()
    {
        foreach (string rule in AllowedDnsNames.Where(rule => rule != "*"))
        {
            _ = DnsName.Parse(rule);
        }

        if (AllowedUriPrefixes.FirstOrDefault(rule => rule != "*" && !rule.Contains("://", StringComparison.Ordinal)) is { } uri)
        {
            throw IssuerErrors.PolicyRuleInvalid(uri, "a URI prefix needs its scheme and authority, as in 'spiffe://default/'");
        }

        if (AllowedIpAddresses.FirstOrDefault(rule => rule != "*" && !IPNetwork.TryParse(rule, out _) && !IPAddress.TryParse(rule, out _)) is { } network)
        {
            throw IssuerErrors.PolicyRuleInvalid(network, "it is neither an IP address nor a network as 10.0.0.0/8");
        }
    }

    /// <summary>This policy for an authority below one with another: both hold, or a restricted authority could be sidestepped by one below it.</summary>
    internal IssuancePolicy Below(IssuancePolicy above) => ReferenceEquals(above, Unrestricted) ? this : this with { Above = above };

    /// <summary>Whether names are restricted at all.</summary>
    public bool RestrictsNames => AllowedDnsNames.Length + AllowedUriPrefixes.Length + AllowedIpAddresses.Length > 0;
}
