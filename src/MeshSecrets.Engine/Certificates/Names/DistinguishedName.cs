using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace MeshSecrets.Certificates.Names;

/// <summary>
/// A distinguished name (RFC 5280 §4.1.2.4), compared by its encoding and written as RFC 4514 has it: the most specific
/// part first, so <c>CN=web,O=Example</c> where OpenSSL writes <c>O = Example, CN = web</c>.
/// </summary>
public sealed class DistinguishedName : IEquatable<DistinguishedName>
{
    private const int MaxCommonNameLength = 64;

    private readonly byte[] _encoded;
    private string? _text;

    internal DistinguishedName(byte[] encoded) => _encoded = encoded;

    /// <summary>The name without any part.</summary>
    public static DistinguishedName Empty { get; } = new([0x30, 0x00]);

    /// <summary>The DER encoding of the Name.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>Whether it has no part.</summary>
    public bool IsEmpty => _encoded.Length == 2;

    /// <summary>The last common name, or <see langword="null"/>.</summary>
    public string? CommonName => CommonNames.LastOrDefault();

    /// <summary>All common names, in order of the encoding.</summary>
    public IEnumerable<string> CommonNames =>
        DistinguishedNameText.Read(_encoded).SelectMany(part => part).Where(attribute => attribute.Oid == Oids.CommonName).Select(attribute => attribute.Value);

    /// <summary>A name of just a common name, or the empty one if the text is longer than the 64 characters X.520 allows.</summary>
    /// <param name="commonName">The common name.</param>
    /// <returns>The name.</returns>
    public static DistinguishedName FromCommonName(string commonName) =>
        commonName.Length is 0 or > MaxCommonNameLength ? Empty : Encode([[new(Oids.CommonName, commonName)]]);

    /// <summary>Reads RFC 4514 (<c>CN=web,O=Example</c>), OpenSSL's form (<c>/O=Example/CN=web</c>), or a bare common name.</summary>
    /// <param name="text">The text; empty for the empty name.</param>
    /// <returns>The name.</returns>
    /// <exception cref="MeshException"><c>SubjectInvalid</c>.</exception>
    public static DistinguishedName Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Empty;
        }

        List<List<NameAttribute>> parts = DistinguishedNameParser.Parse(text);
        foreach ((string oid, string value, _) in parts.SelectMany(part => part))
        {
            if (oid == Oids.CommonName && value.Length > MaxCommonNameLength)
            {
                throw NameErrors.SubjectInvalid(text, $"its common name has {value.Length} characters, and X.520 allows {MaxCommonNameLength}; leave it out and give the name as a DNS name");
            }

            if (oid == DistinguishedNameText.CountryOid && (value.Length != 2 || !value.All(char.IsAsciiLetter)))
            {
                throw NameErrors.SubjectInvalid(text, $"the country '{value}' is not a code of two letters");
            }

            if (value.Length == 0)
            {
                throw NameErrors.SubjectInvalid(text, $"{DistinguishedNameText.Keyword(oid)} is empty");
            }

            if (value.Any(char.IsControl))
            {
                throw NameErrors.SubjectInvalid(text, $"{DistinguishedNameText.Keyword(oid)} has a control character");
            }
        }

        try
        {
            return Encode(parts);
        }
        catch (EncoderFallbackException)
        {
            throw NameErrors.SubjectInvalid(text, "a country, serial number, domain component or e-mail address takes only some ASCII characters (RFC 5280, appendix A.1)");
        }
    }

    /// <inheritdoc/>
    public bool Equals(DistinguishedName? other) => other is not null && _encoded.AsSpan().SequenceEqual(other._encoded);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_encoded);
        return hash.ToHashCode();
    }

    /// <summary>The name as RFC 4514 writes it.</summary>
    /// <returns>For example <c>CN=web,O=Example</c>; empty for the empty name.</returns>
    public override string ToString() => _text ??= DistinguishedNameText.Format(_encoded);

    private static DistinguishedName Encode(List<List<NameAttribute>> parts)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (List<NameAttribute> part in parts)
            {
                using (writer.PushSetOf())
                {
                    foreach ((string oid, string value, _) in part)
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(oid);
                            writer.WriteCharacterString(DistinguishedNameText.StringType(oid), value);
                        }
                    }
                }
            }
        }

        return new DistinguishedName(writer.Encode());
    }
}
