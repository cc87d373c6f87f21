using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace MeshSecrets.Certificates.Names;

/// <summary>Reads and writes distinguished names as text (RFC 4514; OpenSSL's slash form on reading).</summary>
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

    internal static UniversalTagNumber StringType(string oid) => oid switch
    {
        CountryOid or SerialNumberOid => UniversalTagNumber.PrintableString,
        DomainComponentOid or EmailOid => UniversalTagNumber.IA5String,
        _ => UniversalTagNumber.UTF8String,
    };

    /// <summary>The parts in order of the encoding; a value that is no text is given as <c>#</c> and hexadecimal digits.</summary>
    internal static List<List<(string Oid, string Value)>> Read(ReadOnlyMemory<byte> encoded)
    {
        List<List<(string, string)>> parts = [];
        AsnReader name = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        while (name.HasData)
        {
            // Real certificates have sets out of DER's order; the order says nothing here.
            AsnReader set = name.ReadSetOf(skipSortOrderValidation: true);
            List<(string, string)> part = [];
            while (set.HasData)
            {
                AsnReader attribute = set.ReadSequence();
                part.Add((attribute.ReadObjectIdentifier(), ReadValue(attribute)));
            }

            parts.Add(part);
        }

        return parts;
    }

    internal static string Format(ReadOnlyMemory<byte> encoded)
    {
        StringBuilder text = new();
        List<List<(string Oid, string Value)>> parts = Read(encoded);
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            for (int j = 0; j < parts[i].Count; j++)
            {
                text.Append(j > 0 ? "+" : text.Length > 0 ? "," : "");
                text.Append(Keyword(parts[i][j].Oid)).Append('=');
                Escape(text, parts[i][j].Value);
            }
        }

        return text.ToString();
    }

    internal static List<List<(string Oid, string Value)>> Parse(string text)
    {
        string trimmed = text.Trim();
        if (trimmed[0] == '/')
        {
            return [.. Split(trimmed[1..], '/').Select(part => ParsePart(text, part))];
        }

        if (!trimmed.Contains('=', StringComparison.Ordinal))
        {
            return [[(Oids.CommonName, trimmed)]];
        }

        // RFC 4514 writes the last part of the encoding first.
        List<List<(string, string)>> parts = [.. Split(trimmed, ',').Select(part => ParsePart(text, part))];
        parts.Reverse();
        return parts;
    }

    private static List<(string Oid, string Value)> ParsePart(string text, string part) =>
        [.. Split(part, '+').Select(attribute => ParseAttribute(text, attribute))];

    private static (string Oid, string Value) ParseAttribute(string text, string attribute)
    {
        int equals = attribute.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw NameErrors.SubjectInvalid(text, $"'{attribute.Trim()}' has no '='");
        }

        string keyword = attribute[..equals].Trim();
        string oid = s_keywords.FirstOrDefault(known => known.Keyword.Equals(keyword, StringComparison.OrdinalIgnoreCase)).Oid
            ?? (keyword.Contains('.', StringComparison.Ordinal) && keyword.All(c => char.IsAsciiDigit(c) || c == '.')
                ? keyword
                : throw NameErrors.SubjectInvalid(text, $"'{keyword}' is no known attribute; use {string.Join(", ", s_keywords.Select(known => known.Keyword))} or an OID"));
        return (oid, Unescape(text, attribute[(equals + 1)..]));
    }

    private static List<string> Split(string text, char separator)
    {
        List<string> parts = [];
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == separator)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static string Unescape(string whole, string value)
    {
        string trimmed = value.TrimStart();
        trimmed = trimmed.EndsWith("\\ ", StringComparison.Ordinal) ? trimmed : trimmed.TrimEnd();
        if (!trimmed.Contains('\\', StringComparison.Ordinal))
        {
            return trimmed;
        }

        List<byte> bytes = [];
        for (int i = 0; i < trimmed.Length; i++)
        {
            if (trimmed[i] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(trimmed, i, 1));
            }
            else if (i + 2 < trimmed.Length && byte.TryParse(trimmed.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte hex))
            {
                bytes.Add(hex);
                i += 2;
            }
            else if (i + 1 < trimmed.Length)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(trimmed, ++i, 1));
            }
            else
            {
                throw NameErrors.SubjectInvalid(whole, "it ends with a backslash");
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
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
            else if (char.IsControl(c))
            {
                // A name must not be able to forge lines or colours in a terminal or a log.
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

    private static string ReadValue(AsnReader attribute)
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

        return "#" + Convert.ToHexString(attribute.PeekEncodedValue().Span);
    }
}
