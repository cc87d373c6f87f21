using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net;

namespace MeshSecrets.Certificates.Names;

/// <summary>The subject alternative names that a certificate or a request carries, as they stand in it.</summary>
public sealed record SubjectNames
{
    private static readonly Asn1Tag s_email = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag s_dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag s_ip = new(TagClass.ContextSpecific, 7);

    /// <summary>DNS names.</summary>
    public ImmutableArray<string> DnsNames { get; private init; } = [];

    /// <summary>URIs, byte for byte.</summary>
    public ImmutableArray<string> Uris { get; private init; } = [];

    /// <summary>IP addresses.</summary>
    public ImmutableArray<string> IpAddresses { get; private init; } = [];

    /// <summary>E-mail addresses.</summary>
    public ImmutableArray<string> EmailAddresses { get; private init; } = [];

    /// <summary>How many names of other kinds there are (directory names, registered IDs, other names).</summary>
    public int OtherCount { get; private init; }

    /// <summary>Whether there is no name of any kind.</summary>
    public bool IsEmpty => DnsNames.IsEmpty && Uris.IsEmpty && IpAddresses.IsEmpty && EmailAddresses.IsEmpty && OtherCount == 0;

    /// <summary>The names with their kind.</summary>
    /// <returns>For example <c>DNS:web.example, URI:spiffe://default/web</c>.</returns>
    public override string ToString() => string.Join(
        ", ",
        [
            .. DnsNames.Select(name => $"DNS:{name}"),
            .. Uris.Select(uri => $"URI:{uri}"),
            .. IpAddresses.Select(address => $"IP:{address}"),
            .. EmailAddresses.Select(address => $"email:{address}"),
        ]);

    internal static SubjectNames Read(ReadOnlyMemory<byte>? extension)
    {
        if (extension is not { } value)
        {
            return new SubjectNames();
        }

        ImmutableArray<string>.Builder dns = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string>.Builder uris = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string>.Builder addresses = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string>.Builder emails = ImmutableArray.CreateBuilder<string>();
        int others = 0;
        AsnReader names = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            Asn1Tag tag = names.PeekTag();
            ReadOnlySpan<byte> content = names.PeekContentBytes().Span;
            if (tag == s_dns)
            {
                dns.Add(Text(content));
            }
            else if (tag == s_uri)
            {
                uris.Add(Text(content));
            }
            else if (tag == s_ip && content.Length is 4 or 16)
            {
                addresses.Add(new IPAddress(content).ToString());
            }
            else if (tag == s_email)
            {
                emails.Add(Text(content));
            }
            else
            {
                others++;
            }

            names.ReadEncodedValue();
        }

        return new SubjectNames
        {
            DnsNames = dns.DrainToImmutable(),
            Uris = uris.DrainToImmutable(),
            IpAddresses = addresses.DrainToImmutable(),
            EmailAddresses = emails.DrainToImmutable(),
            OtherCount = others,
        };
    }

    /// <summary>IA5 by the standard; control characters are shown as such, so that a name cannot forge a line.</summary>
    private static string Text(ReadOnlySpan<byte> content) =>
        string.Create(content.Length, content, static (text, bytes) =>
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                text[i] = char.IsControl((char)bytes[i]) ? '\uFFFD' : (char)bytes[i];
            }
        });
}
