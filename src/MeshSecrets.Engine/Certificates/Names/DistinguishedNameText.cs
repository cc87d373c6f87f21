using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace MeshSecrets.Certificates.Names;

/// <summary>Writes distinguished names as text (RFC 4514).</summary>
internal static class DistinguishedNameText
{
    internal const string CountryOid = "2.5.4.6";
    private const string SerialNumberOid = "2.5.4.5";
    private const string DomainComponentOid = "0.9.2342.19200300.100.1.25";
    private const string EmailOid = "1.2.840.113549.1.9.1";

    /// <summary>Keywords of RFC 4514 §3 and those in general use, by OID.</summary>
    private static readonly (string Oid, string Keyword)[] s_keywords =
    [
        (Oids.CommonName, "CN"), ("2.5.4.10", "O"), ("2.5.4.11", "OU"), (CountryOid, "C"), ("2.5.4.7", "L"), ("2.5.4.8", "ST"),
        ("2.5.4.9", "STREET"), (DomainComponentOid, "DC"), ("0.9.2342.19200300.100.1.1", "UID"), (SerialNumberOid, "serialNumber"),
        (EmailOid, "emailAddress"), ("2.5.4.4", "SN"), ("2.5.4.42", "GN"), ("2.5.4.12", "title"), ("2.5.4.97", "organizationIdentifier"),
    ];

    internal static string Keyword(string oid)
    {
        foreach ((string known, string keyword) in s_keywords)
        {
            if (known == oid)
            {
                return keyword;
            }
        }

        return oid;
    }

    /// <summary>All keywords.</summary>
    internal static IEnumerable<string> Keywords => s_keywords.Select(known => known.Keyword);

    /// <summary>The OID of a keyword in any case, or <see langword="null"/>.</summary>
    internal static string? Oid(string keyword) => s_keywords.FirstOrDefault(known => known.Keyword.Equals(keyword, StringComparison.OrdinalIgnoreCase)).Oid;

    internal static UniversalTagNumber StringType(string oid) => oid switch
    {
        CountryOid or SerialNumberOid => UniversalTagNumber.PrintableString,
        DomainComponentOid or EmailOid => UniversalTagNumber.IA5String,
        _ => UniversalTagNumber.UTF8String,
    };

    /// <summary>The parts in order of the encoding; a value that is no text is given as <c>#</c> and hexadecimal digits.</summary>
    internal static List<List<NameAttribute>> Read(ReadOnlyMemory<byte> encoded)
    {
        List<List<NameAttribute>> parts = [];
        AsnReader name = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        while (name.HasData)
        {
            // Real certificates have sets out of DER's order; the order says nothing here.
            AsnReader set = name.ReadSetOf(skipSortOrderValidation: true);
            List<NameAttribute> part = [];
            while (set.HasData)
            {
                AsnReader attribute = set.ReadSequence();
                part.Add(ReadAttribute(attribute));
            }

            parts.Add(part);
        }

        return parts;
    }

    internal static string Format(ReadOnlyMemory<byte> encoded)
    {
        StringBuilder text = new();
        List<List<NameAttribute>> parts = Read(encoded);
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            // Within a part the order means nothing; it is turned round too, as OpenSSL does.
            for (int j = parts[i].Count - 1; j >= 0; j--)
            {
                text.Append(j < parts[i].Count - 1 ? "+" : text.Length > 0 ? "," : "");
                text.Append(Keyword(parts[i][j].Oid)).Append('=');
                AppendValue(text, parts[i][j]);
            }
        }

        return text.ToString();
    }

    private static void AppendValue(StringBuilder text, NameAttribute attribute)
    {
        if (attribute.IsText)
        {
            Escape(text, attribute.Value);
        }
        else
        {
            text.Append(attribute.Value);
        }
    }

    private static void Escape(StringBuilder text, string value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            bool edgeSpace = c == ' ' && (i == 0 || i == value.Length - 1);
            if (c is ',' or '+' or '"' or '\\' or '<' or '>' or ';' || (c == '#' && i == 0) || edgeSpace)
            {
                text.Append('\\').Append(c);
            }
            else if (char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                // A name must not be able to forge lines, colours or the direction of text in a terminal or a log.
                foreach (byte b in Encoding.UTF8.GetBytes([c]))
                {
                    text.Append('\\').Append(b.ToString("X2", CultureInfo.InvariantCulture));
                }
            }
            else
            {
                text.Append(c);
            }
        }
    }

    private static NameAttribute ReadAttribute(AsnReader attribute)
    {
        string oid = attribute.ReadObjectIdentifier();
        return ReadText(attribute) is { } text
            ? new NameAttribute(oid, text)
            : new NameAttribute(oid, "#" + Convert.ToHexString(attribute.PeekEncodedValue().Span), IsText: false);
    }

    private static string? ReadText(AsnReader attribute)
    {
        Asn1Tag tag = attribute.PeekTag();
        if (tag.TagClass == TagClass.Universal)
        {
            UniversalTagNumber type = (UniversalTagNumber)tag.TagValue;
            if (type == UniversalTagNumber.TeletexString)
            {
                // T.61 in name, Latin-1 in practice.
                return Encoding.Latin1.GetString(attribute.PeekContentBytes().Span);
            }

            if (type is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String
                or UniversalTagNumber.BMPString or UniversalTagNumber.NumericString or UniversalTagNumber.VisibleString)
            {
                try
                {
                    return attribute.ReadCharacterString(type);
                }
                catch (AsnContentException)
                {
                    // Many old certificates have '*' or '@' in a PrintableString: shown rather than refused.
                    return Encoding.Latin1.GetString(attribute.PeekContentBytes().Span);
                }
            }
        }

        return null;
    }
}
