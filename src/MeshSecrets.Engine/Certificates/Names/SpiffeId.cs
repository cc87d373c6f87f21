using System.Buffers;
using System.Text;

namespace MeshSecrets.Certificates.Names;

/// <summary>
/// A SPIFFE ID: <c>spiffe://trust-domain/path</c>, checked by the SPIFFE-ID standard (section 2) and kept byte for byte.
/// </summary>
/// <remarks>
/// <see cref="Uri"/> is of no use here: it turns <c>spiffe://default</c> into <c>spiffe://default/</c>, which is another
/// and moreover an invalid ID.
/// </remarks>
public sealed record SpiffeId
{
    private const string Scheme = "spiffe://";
    private const int MaxLength = 2048;
    private const int MaxTrustDomainLength = 255;

    private static readonly SearchValues<char> s_trustDomain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");
    private static readonly SearchValues<char> s_segment = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    private SpiffeId(string value, string trustDomain, string path)
    {
        Value = value;
        TrustDomain = trustDomain;
        Path = path;
    }

    /// <summary>The whole ID.</summary>
    public string Value { get; }

    /// <summary>The trust domain, in lower case.</summary>
    public string TrustDomain { get; }

    /// <summary>The path with its leading slash, or an empty string: then the ID names the trust domain itself.</summary>
    public string Path { get; }

    /// <summary>Whether a URI claims to be a SPIFFE ID (by its scheme, in any case), valid or not.</summary>
    /// <param name="uri">The URI.</param>
    /// <returns>Whether it starts with <c>spiffe:</c>.</returns>
    public static bool IsSpiffe(string uri) => uri.StartsWith("spiffe:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads and checks an ID.</summary>
    /// <param name="value">The ID.</param>
    /// <returns>The ID.</returns>
    /// <exception cref="MeshException"><c>SpiffeIdInvalid</c>, saying which rule is broken.</exception>
    public static SpiffeId Parse(string value)
    {
        if (!value.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw NameErrors.SpiffeIdInvalid(value, "it must start with 'spiffe://', in lower case");
        }

        if (Encoding.UTF8.GetByteCount(value) > MaxLength)
        {
            throw NameErrors.SpiffeIdInvalid(value[..64] + "…", $"it is longer than {MaxLength} bytes");
        }

        int slash = value.IndexOf('/', Scheme.Length);
        string trustDomain = slash < 0 ? value[Scheme.Length..] : value[Scheme.Length..slash];
        string path = slash < 0 ? "" : value[slash..];
        CheckTrustDomain(value, trustDomain);
        CheckPath(value, path);
        return new SpiffeId(value, trustDomain, path);
    }

    /// <summary>The whole ID.</summary>
    /// <returns>The ID.</returns>
    public override string ToString() => Value;

    private static void CheckTrustDomain(string value, string trustDomain)
    {
        if (trustDomain.Length == 0)
        {
            throw NameErrors.SpiffeIdInvalid(value, "its trust domain is empty");
        }

        if (trustDomain.Length > MaxTrustDomainLength)
        {
            throw NameErrors.SpiffeIdInvalid(value, $"its trust domain is longer than {MaxTrustDomainLength} characters");
        }

        int bad = trustDomain.AsSpan().IndexOfAnyExcept(s_trustDomain);
        if (bad >= 0)
        {
            throw NameErrors.SpiffeIdInvalid(value, $"its trust domain has '{trustDomain[bad]}'; only lower-case letters, digits, '.', '-' and '_' are allowed (no port, no user)");
        }
    }

    private static void CheckPath(string value, string path)
    {
        if (path.Length == 0)
        {
            return;
        }

        ReadOnlySpan<char> segments = path.AsSpan(1);
        foreach (Range range in segments.Split('/'))
        {
            ReadOnlySpan<char> segment = segments[range];
            if (segment.IsEmpty)
            {
                throw NameErrors.SpiffeIdInvalid(value, "its path has an empty segment or ends with '/'");
            }

            if (segment is "." or "..")
            {
                throw NameErrors.SpiffeIdInvalid(value, "its path has a segment '.' or '..'");
            }

            int bad = segment.IndexOfAnyExcept(s_segment);
            if (bad >= 0)
            {
                throw NameErrors.SpiffeIdInvalid(value, $"its path has '{segment[bad]}'; only letters, digits, '.', '-' and '_' are allowed (no query, no fragment, no percent-encoding)");
            }
        }
    }
}
