using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace MeshSecrets.Certificates.Names;

/// <summary>The subject alternative names of a certificate, checked and in the form in which they are encoded.</summary>
public sealed record SubjectAlternativeNames
{
    private SubjectAlternativeNames()
    {
    }

    /// <summary>No name at all.</summary>
    public static SubjectAlternativeNames None { get; } = new();

    /// <summary>DNS names in ASCII; a leftmost label may be <c>*</c>.</summary>
    public ImmutableArray<string> DnsNames { get; private init; } = [];

    /// <summary>URIs, byte for byte; at most one of them a SPIFFE ID.</summary>
    public ImmutableArray<string> Uris { get; private init; } = [];

    /// <summary>IP addresses.</summary>
    public ImmutableArray<IPAddress> IpAddresses { get; private init; } = [];

    /// <summary>E-mail addresses.</summary>
    public ImmutableArray<string> EmailAddresses { get; private init; } = [];

    /// <summary>Whether there is no name of any kind.</summary>
    public bool IsEmpty => DnsNames.IsEmpty && Uris.IsEmpty && IpAddresses.IsEmpty && EmailAddresses.IsEmpty;

    /// <summary>The SPIFFE ID among the URIs, if any.</summary>
    public string? SpiffeId => Uris.FirstOrDefault(Names.SpiffeId.IsSpiffe);

    /// <summary>Checks the names and drops repetitions, keeping the order.</summary>
    /// <param name="dnsNames">DNS names; internationalised ones become A-labels.</param>
    /// <param name="uris">URIs with a scheme, ASCII; one with the scheme <c>spiffe</c> must be a valid SPIFFE ID.</param>
    /// <param name="ipAddresses">IPv4 or IPv6 addresses.</param>
    /// <param name="emailAddresses">Addresses of the form <c>local@domain</c>, ASCII.</param>
    /// <returns>The names.</returns>
    /// <exception cref="MeshException"><c>DnsNameInvalid</c>, <c>UriInvalid</c>, <c>SpiffeIdInvalid</c>, <c>SpiffeIdMultiple</c>, <c>IpAddressInvalid</c> or <c>EmailAddressInvalid</c>.</exception>
    public static SubjectAlternativeNames Create(
        IEnumerable<string>? dnsNames = null,
        IEnumerable<string>? uris = null,
        IEnumerable<string>? ipAddresses = null,
        IEnumerable<string>? emailAddresses = null)
    {
        ImmutableArray<string> checkedUris = Checked(uris, ParseUri);
        if (checkedUris.Count(Names.SpiffeId.IsSpiffe) > 1)
        {
            throw NameErrors.SpiffeIdMultiple(checkedUris.Where(Names.SpiffeId.IsSpiffe));
        }

        return new SubjectAlternativeNames
        {
            DnsNames = Checked(dnsNames, DnsName.Parse),
            Uris = checkedUris,
            IpAddresses = Checked(ipAddresses, ParseIpAddress),
            EmailAddresses = Checked(emailAddresses, ParseEmailAddress),
        };
    }

    /// <summary>All names with their kind, for messages: <c>DNS:a.example, URI:spiffe://x/y</c>.</summary>
    /// <returns>The names, separated by commas.</returns>
    public override string ToString() => string.Join(
        ", ",
        [
            .. DnsNames.Select(name => $"DNS:{name}"),
            .. Uris.Select(uri => $"URI:{uri}"),
            .. IpAddresses.Select(address => $"IP:{address}"),
            .. EmailAddresses.Select(address => $"email:{address}"),
        ]);

    private static ImmutableArray<T> Checked<T>(IEnumerable<string>? values, Func<string, T> parse) => values switch
    {
        null => [],
        IReadOnlyList<string> { Count: 0 } => [],
        IReadOnlyList<string> { Count: 1 } one => [parse(one[0])],
        _ => [.. values.Select(parse).Distinct()],
    };

    private static string ParseUri(string uri)
    {
        if (Names.SpiffeId.IsSpiffe(uri))
        {
            return Names.SpiffeId.Parse(uri).Value;
        }

        int colon = uri.IndexOf(':', StringComparison.Ordinal);
        bool schemeValid = colon > 0 && char.IsAsciiLetter(uri[0]) && uri.AsSpan(0, colon).IndexOfAnyExcept(s_scheme) < 0;
        if (!schemeValid || colon == uri.Length - 1)
        {
            throw NameErrors.UriInvalid(uri, "it needs a scheme and something after it, as in 'kuma://tag/value'");
        }

        return IsPrintable(uri) && !uri.AsSpan().ContainsAny("\"<>\\^`{|}")
            ? uri
            : throw NameErrors.UriInvalid(uri, "it has a space or another character that a URI must percent-encode");
    }

    private static readonly System.Buffers.SearchValues<char> s_scheme =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static IPAddress ParseIpAddress(string text)
    {
        // IPAddress also takes '1', '0x7f.1', '010.0.0.1' (which it reads as 8.0.0.1) and '[::1]:80'; a certificate is no place for a guess.
        bool plain = IPAddress.TryParse(text, out IPAddress? address)
            && (address.AddressFamily == AddressFamily.InterNetwork
                ? text == address.ToString()
                : !text.AsSpan().ContainsAny("%[]/"));
        return plain ? address! : throw NameErrors.IpAddressInvalid(text);
    }

    private static string ParseEmailAddress(string text)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        bool valid = at > 0 && at < text.Length - 1 && at == text.LastIndexOf('@') && IsPrintable(text) && !text.AsSpan().ContainsAny("<>,;");
        return valid ? text : throw NameErrors.EmailAddressInvalid(text);
    }

    /// <summary>ASCII without spaces and control characters: a NUL in a name is how one name passes for another.</summary>
    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
