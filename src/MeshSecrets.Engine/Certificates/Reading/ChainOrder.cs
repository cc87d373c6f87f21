using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Checks the order of a chain: the leaf first, each next certificate the issuer of the one before.</summary>
public static class ChainOrder
{
    /// <summary>Checks by names and key identifiers; signatures are another check's matter.</summary>
    /// <param name="certificates">The certificates in the order of their file.</param>
    /// <returns>What is wrong and at which position, or <see langword="null"/> if the order is right.</returns>
    /// <exception cref="MeshException"><c>CertificateInvalid</c>.</exception>
    public static string? Check(IReadOnlyList<MaterialItem> certificates)
    {
        for (int i = 1; i < certificates.Count; i++)
        {
            CertificateStructure subject = Parse(certificates[i - 1]);
            CertificateStructure issuer = Parse(certificates[i]);
            if (Issues(issuer, subject))
            {
                continue;
            }

            string found = $"the certificate at position {i + 1} ({Place(certificates[i])}{Name(issuer.Subject)}) did not issue the one before it ({Name(subject.Subject)}, issued by {Name(subject.Issuer)}).";
            return Issues(subject, issuer) ? $"{found} The two are in reverse order." : found;
        }

        return null;
    }

    /// <summary>Demands the right order.</summary>
    /// <param name="certificates">The certificates in the order of their file.</param>
    /// <param name="source">Where they come from, for the message.</param>
    /// <exception cref="MeshException"><c>ChainOrderWrong</c>, with the position; <c>CertificateInvalid</c>.</exception>
    public static void EnsureLeafFirst(IReadOnlyList<MaterialItem> certificates, string source)
    {
        if (Check(certificates) is { } finding)
        {
            throw ReadErrors.ChainOrderWrong(source, finding);
        }
    }

    /// <summary>
    /// Orders certificates that came without an order: each next one the issuer of the one before, as far as they form
    /// a chain; what does not belong to it follows as it came.
    /// </summary>
    /// <param name="leaf">The certificate that stands before them, if there is one.</param>
    /// <param name="certificates">DER of each.</param>
    /// <param name="place">Where they come from, for messages.</param>
    /// <exception cref="MeshException"><c>CertificateInvalid</c>.</exception>
    internal static List<byte[]> Arrange(byte[]? leaf, IEnumerable<byte[]> certificates, SourcePlace place)
    {
        List<(byte[] Der, CertificateStructure Parts)> rest = [.. certificates.Select(der => (der, CertificateStructure.Parse(der, place)))];
        CertificateStructure? last = leaf is null ? null : CertificateStructure.Parse(leaf, place);
        List<byte[]> arranged = new(rest.Count);
        while (rest.Count > 0)
        {
            int next = last is { } subject
                ? rest.FindIndex(candidate => Issues(candidate.Parts, subject))
                : rest.FindIndex(candidate => !rest.Exists(other => !other.Parts.IsSelfIssued && Issues(candidate.Parts, other.Parts)));
            next = Math.Max(next, 0);
            arranged.Add(rest[next].Der);
            last = rest[next].Parts;
            rest.RemoveAt(next);
        }

        return arranged;
    }

    private static CertificateStructure Parse(MaterialItem item) =>
        CertificateStructure.Parse(item.GetDer(), new(item.Source, item.Line));

    /// <summary>Two authorities may bear one name, as in a rotation; then the key identifiers tell them apart.</summary>
    private static bool Issues(in CertificateStructure issuer, in CertificateStructure subject) =>
        issuer.Subject.Span.SequenceEqual(subject.Issuer.Span)
        && (issuer.SubjectKeyIdentifier.IsEmpty
            || subject.AuthorityKeyIdentifier.IsEmpty
            || issuer.SubjectKeyIdentifier.Span.SequenceEqual(subject.AuthorityKeyIdentifier.Span));

    private static string Place(MaterialItem item) => item.Line > 0 ? $"line {item.Line}, " : string.Empty;

    private static string Name(ReadOnlyMemory<byte> name)
    {
        try
        {
            string text = new X500DistinguishedName(name.Span).Name;
            return text.Length == 0 ? "an empty subject" : $"'{text}'";
        }
        catch (CryptographicException)
        {
            return "an unreadable name"; // The message is about the order; the name only illustrates it.
        }
    }
}
