using System.Formats.Asn1;
using MeshSecrets.Certificates.Names;

namespace MeshSecrets.Certificates.Verification;

/// <summary>Name constraints of an authority (RFC 5280 §4.2.1.10), for DNS names and URIs.</summary>
internal static class NameConstraints
{
    private static readonly Asn1Tag s_permitted = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag s_dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Whether the names of a certificate are allowed. A constraint of a kind that is not understood allows nothing.</summary>
    internal static bool Permit(ReadOnlyMemory<byte> extension, CertificateInfo certificate)
    {
        AsnReader constraints = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (constraints.HasData)
        {
            Asn1Tag list = constraints.PeekTag();
            (List<string> dns, List<string> uris, bool others) = ReadSubtrees(constraints.ReadSequence(list));
            bool permitted = list == s_permitted;
            if (others
                || !certificate.Names.DnsNames.All(name => Allows(dns, permitted, constraint => IsWithinDomain(name, constraint)))
                || !certificate.Names.Uris.All(uri => Allows(uris, permitted, constraint => IsWithinDomain(Host(uri), constraint))))
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

    private static string Host(string uri)
    {
        int start = uri.IndexOf("://", StringComparison.Ordinal);
        string rest = start < 0 ? "" : uri[(start + 3)..];
        int end = rest.IndexOfAny(['/', ':', '?', '#']);
        return end < 0 ? rest : rest[..end];
    }
}
