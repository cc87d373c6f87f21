using System.Globalization;
using System.Text;

namespace MeshSecrets.Certificates.Names;

/// <summary>Reads distinguished names from text: RFC 4514, OpenSSL's slash form, or a bare common name.</summary>
internal static class DistinguishedNameParser
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static List<List<NameAttribute>> Parse(string text)
    {
        string trimmed = text.TrimStart(); // At the end there may be an escaped space.
        if (trimmed[0] == '/')
        {
            return [.. Split(trimmed[1..], '/').Select(part => ParsePart(text, part, isRfc4514: false))];
        }

        if (!trimmed.Contains('=', StringComparison.Ordinal))
        {
            return [[new NameAttribute(Oids.CommonName, trimmed.TrimEnd())]];
        }

        // RFC 4514 writes the last part of the encoding first.
        List<List<NameAttribute>> parts = [.. Split(trimmed, ',').Select(part => ParsePart(text, part, isRfc4514: true))];
        parts.Reverse();
        return parts;
    }

    private static List<NameAttribute> ParsePart(string text, string part, bool isRfc4514) =>
        [.. Split(part, '+').Select(attribute => ParseAttribute(text, attribute, isRfc4514))];

    private static NameAttribute ParseAttribute(string text, string attribute, bool isRfc4514)
    {
        int equals = attribute.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw NameErrors.SubjectInvalid(text, $"'{attribute.Trim()}' has no '='");
        }

        string keyword = attribute[..equals].Trim();
        string oid = DistinguishedNameText.Oid(keyword)
            ?? (Oids.IsWellFormed(keyword)
                ? keyword
                : throw NameErrors.SubjectInvalid(text, $"'{keyword}' is no known attribute; use {string.Join(", ", DistinguishedNameText.Keywords)} or an OID"));
        string value = attribute[(equals + 1)..].TrimStart();
        if (isRfc4514 && MeansMoreThanItself(value) is { } mark)
        {
            throw NameErrors.SubjectInvalid(text, $"'{mark}' must be escaped as '\\{mark}' (RFC 4514, section 2.4); quoted values, ';' as separator and hexadecimal values are not taken");
        }

        return new NameAttribute(oid, Unescape(text, value));
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

    /// <summary>The first character that older syntax reads as more than itself, so that taking it as it stands would be a guess.</summary>
    private static char? MeansMoreThanItself(string value)
    {
        if (value.StartsWith('#'))
        {
            return '#';
        }

        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\')
            {
                i++;
            }
            else if (value[i] is '"' or ';')
            {
                return value[i];
            }
        }

        return null;
    }

    /// <summary>Takes escapes out, and spaces at the end that are not escaped.</summary>
    private static string Unescape(string whole, string value)
    {
        List<byte> bytes = [];
        int kept = 0;
        try
        {
            for (int i = 0; i < value.Length;)
            {
                int backslash = value.IndexOf('\\', i);
                string plain = backslash < 0 ? value[i..] : value[i..backslash];
                string withoutEnd = plain.TrimEnd();
                kept = withoutEnd.Length > 0 ? bytes.Count + s_utf8.GetByteCount(withoutEnd) : kept;
                bytes.AddRange(s_utf8.GetBytes(plain));
                i += plain.Length;
                if (backslash >= 0)
                {
                    i += ReadEscape(whole, value.AsSpan(backslash + 1), bytes) + 1;
                    kept = bytes.Count;
                }
            }

            return s_utf8.GetString([.. bytes[..kept]]);
        }
        catch (ArgumentException)
        {
            throw NameErrors.SubjectInvalid(whole, "it is no valid UTF-8");
        }
    }

    private static int ReadEscape(string whole, ReadOnlySpan<char> escaped, List<byte> bytes)
    {
        if (escaped.IsEmpty)
        {
            throw NameErrors.SubjectInvalid(whole, "it ends with a backslash");
        }

        if (escaped.Length > 1 && byte.TryParse(escaped[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte hex))
        {
            bytes.Add(hex);
            return 2;
        }

        int length = char.IsHighSurrogate(escaped[0]) && escaped.Length > 1 ? 2 : 1;
        bytes.AddRange(s_utf8.GetBytes(escaped[..length].ToString()));
        return length;
    }
}
