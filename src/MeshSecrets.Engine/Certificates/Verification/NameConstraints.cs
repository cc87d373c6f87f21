using System.Formats.Asn1;
using MeshSecrets.Certificates.Names;

namespace MeshSecrets.Certificates.Verification;

/// <summary>Name constraints of an authority (RFC 5280 §4.2.1.10), for DNS names and URIs.</summary>
internal static class NameConstraints
{
    private static readonly Asn1Tag s_permitted = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag s_dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Whether the names of a certificate are allowed. What is not understood allows nothing.</summary>
    internal static bool Permit(ReadOnlyMemory<byte> extension, CertificateInfo certificate)
    {
        try
        {
            return PermitDecoded(extension, certificate.Names);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool PermitDecoded(ReadOnlyMemory<byte> extension, SubjectNames names)
    {
        AsnReader constraints = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (constraints.HasData)
        {
            Asn1Tag list = constraints.PeekTag();
            (List<string> dns, List<string> uris, bool others) = ReadSubtrees(constraints.ReadSequence(list));
            bool permitted = list == s_permitted;
            if (others
                || !names.DnsNames.All(name => Allows(dns, permitted, constraint => IsWithinDomain(name, constraint) || (!permitted && WildcardReaches(name, constraint))))
                || !names.Uris.All(uri => uris.Count == 0 || (Host(uri) is { Length: > 0 } host && Allows(uris, permitted, constraint => IsHost(host, constraint)))))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Allows(List<string> constraints, bool permitted, Func<string, bool> matches) =>
        permitted ? constraints.Count == 0 || constraints.Any(matches) : !constraints.Any(matches);

    private static (List<string> Dns, List<string> Uris, bool Others) ReadSubtrees(AsnReader subtrees)
    {
        List<string> dns = [];
        List<string> uris = [];
        bool others = false;
        while (subtrees.HasData)
        {
            AsnReader subtree = subtrees.ReadSequence();
            Asn1Tag tag = subtree.PeekTag();
            string text = System.Text.Encoding.Latin1.GetString(subtree.PeekContentBytes().Span);
            if (tag == s_dns)
            {
                dns.Add(text);
            }
            else if (tag == s_uri)
            {
                uris.Add(text);
            }
            else
            {
                others = true;
            }
        }

        return (dns, uris, others);
    }

    private static bool IsWithinDomain(string name, string constraint)
    {
        string domain = constraint.TrimStart('.');
        string bare = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        bool below = bare.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
        return domain.Length == 0 || below || (!constraint.StartsWith('.') && bare.Equals(domain, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a wildcard covers a name in an excluded domain.</summary>
    private static bool WildcardReaches(string name, string constraint) =>
        name.StartsWith("*.", StringComparison.Ordinal) && constraint.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase);

    /// <summary>Of URIs, a constraint without a leading dot means that host alone, not those below it.</summary>
    private static bool IsHost(string host, string constraint) => constraint.StartsWith('.')
        ? host.EndsWith(constraint, StringComparison.OrdinalIgnoreCase)
        : host.Equals(constraint, StringComparison.OrdinalIgnoreCase);

    /// <summary>The host of a URI; empty if it has none, which a constraint then refuses.</summary>
    private static string Host(string uri)
    {
        int start = uri.IndexOf("://", StringComparison.Ordinal);
        string rest = start < 0 ? "" : uri[(start + 3)..];
        int end = rest.IndexOfAny(['/', '?', '#']);
        string authority = end < 0 ? rest : rest[..end];
        string host = authority[(authority.LastIndexOf('@') + 1)..];
        int port = host.IndexOf(':', StringComparison.Ordinal);
        return port < 0 ? host : host[..port];
    }
}
