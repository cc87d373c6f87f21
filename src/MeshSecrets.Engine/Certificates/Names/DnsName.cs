using System.Buffers;
using System.Globalization;
using System.Net;

namespace MeshSecrets.Certificates.Names;

/// <summary>The rules for a DNS name in a certificate (RFC 5280 §4.2.1.6, RFC 6125 §6.4.3 for wildcards).</summary>
public static class DnsName
{
    private const int MaxLength = 253;
    private const int MaxLabelLength = 63;

    private static readonly SearchValues<char> s_label =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    private static readonly IdnMapping s_idn = new() { UseStd3AsciiRules = false };

    /// <summary>Checks a name and brings it to the form that belongs in a certificate: an internationalised name as A-labels.</summary>
    /// <param name="name">The name; a wildcard only as the whole leftmost label, with something after it.</param>
    /// <returns>The name in ASCII.</returns>
    /// <exception cref="MeshException"><c>DnsNameInvalid</c>.</exception>
    public static string Parse(string name)
    {
        if (name.Length == 0)
        {
            throw NameErrors.DnsNameInvalid(name, "it is empty");
        }

        if (IPAddress.TryParse(name, out _))
        {
            throw NameErrors.DnsNameInvalid(name, "it is an IP address; give it as an IP address name instead");
        }

        string ascii = ToAscii(name);
        if (ascii.Length > MaxLength)
        {
            throw NameErrors.DnsNameInvalid(name, $"it is longer than {MaxLength} characters");
        }

        ReadOnlySpan<char> rest = ascii;
        if (rest is "*")
        {
            throw NameErrors.DnsNameInvalid(name, "a wildcard needs a domain after it, as in '*.example.com'");
        }

        if (rest.StartsWith("*."))
        {
            rest = rest[2..];
        }

        foreach (Range range in rest.Split('.'))
        {
            CheckLabel(name, rest[range]);
        }

        return ascii;
    }

    /// <summary>Whether a certificate's name covers a host (RFC 6125 §6.4.3): a wildcard stands for exactly one label.</summary>
    /// <param name="pattern">The certificate's name.</param>
    /// <param name="host">The host, or a wildcard that must be covered as it stands.</param>
    /// <returns>Whether it is covered.</returns>
    public static bool Covers(string pattern, string host)
    {
        if (pattern.Equals(host, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return pattern.StartsWith("*.", StringComparison.Ordinal)
            && dot > 0
            && host[0] != '*'
            && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
    }

    private static string ToAscii(string name)
    {
        if (System.Text.Ascii.IsValid(name))
        {
            return name;
        }

        try
        {
            // Where the framework runs without ICU it does not fold capitals, and each spelling would be another name.
            return s_idn.GetAscii(name.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            throw NameErrors.DnsNameInvalid(name, "it is no valid internationalised name (IDNA)");
        }
    }

    private static void CheckLabel(string name, ReadOnlySpan<char> label)
    {
        if (label.IsEmpty)
        {
            throw NameErrors.DnsNameInvalid(name, "it has an empty label (two dots together, or one at the start or end)");
        }

        if (label.Length > MaxLabelLength)
        {
            throw NameErrors.DnsNameInvalid(name, $"a label is longer than {MaxLabelLength} characters");
        }

        if (label.Contains('*'))
        {
            throw NameErrors.DnsNameInvalid(name, "a wildcard must be the whole leftmost label, as in '*.example.com'");
        }

        int bad = label.IndexOfAnyExcept(s_label);
        if (bad >= 0)
        {
            throw NameErrors.DnsNameInvalid(name, $"it has '{label[bad]}'; give a bare host name (no scheme, port, path or space)");
        }

        if (label[0] == '-' || label[^1] == '-')
        {
            throw NameErrors.DnsNameInvalid(name, "a label starts or ends with '-'");
        }
    }
}
