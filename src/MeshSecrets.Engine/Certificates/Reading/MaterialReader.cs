using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Reading;

/// <summary>
/// Reads all certificates, requests, keys and revocation lists from the content of a file, whatever its form: PEM
/// (RFC 7468), DER, PKCS#12, PKCS#7, or an envelope of another system. It is strict: what is broken is refused with an
/// error that says what was found, where, and what to do; nothing is repaired silently.
/// </summary>
public static class MaterialReader
{
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a content.</summary>
    /// <param name="content">The bytes; they stay the caller's, who zeroes them if they hold a key.</param>
    /// <param name="source">Where they come from, for messages: a path or a parameter's name.</param>
    /// <param name="options">Password, limits and envelopes; <see langword="null"/> for the defaults.</param>
    /// <returns>The items in their order, at least one; to be disposed.</returns>
    /// <exception cref="MeshException">The content is broken or holds no material.</exception>
    public static MaterialSet Read(ReadOnlyMemory<byte> content, string source, MaterialReadOptions? options = null)
    {
        options ??= MaterialReadOptions.Default;
        if (content.Length > options.MaxSize)
        {
            throw ReadErrors.TooLarge(source, content.Length, options.MaxSize);
        }

        MaterialSet items = new();
        try
        {
            ReadInto(items, content, source, options);
            return items.Count > 0 ? items : throw ReadErrors.Unrecognized(source, "PEM of parameters only");
        }
        catch
        {
            items.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether bytes look like material in any form, sound or broken: to pick it out of values that may be anything.
    /// </summary>
    /// <param name="content">The bytes.</param>
    /// <returns>Whether it is worth to read them.</returns>
    public static bool LooksLikeMaterial(ReadOnlySpan<byte> content) =>
        PemReader.HasBoundary(content) || DerShape.Identify(content) is not null || UnarmouredText.IsEncodedMaterial(content);

    private static void ReadInto(MaterialSet items, ReadOnlyMemory<byte> content, string source, MaterialReadOptions options)
    {
        ReadOnlySpan<byte> bytes = content.Span;
        if (bytes.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw ReadErrors.Empty(source, blank: !bytes.IsEmpty);
        }

        if (IsWideText(bytes))
        {
            throw PemErrors.Utf16(source);
        }

        if (!BinaryForm.IsText(bytes))
        {
            BinaryForm.ThrowIfForeign(bytes, source);
            DerReader.Read(bytes.ToArray(), promised: null, new(source), options, items);
            return;
        }

        bool marked = bytes.StartsWith(Utf8Mark);
        ReadOnlyMemory<byte> text = marked ? content[Utf8Mark.Length..] : content;
        if (options.Envelopes.FirstOrDefault(candidate => candidate.Recognizes(text.Span)) is { } envelope)
        {
            ReadEnvelope(items, envelope, text, source, options);
            return;
        }

        if (marked)
        {
            throw PemErrors.ByteOrderMark(source);
        }

        if (!PemReader.HasBoundary(bytes))
        {
            throw UnarmouredText.Explain(bytes, source);
        }

        PemReader.Read(bytes, source, (kind, der, place) => DerReader.Read(der, kind, place, options, items));
    }

    private static void ReadEnvelope(MaterialSet items, IMaterialEnvelope envelope, ReadOnlyMemory<byte> text, string source, MaterialReadOptions options)
    {
        MaterialReadOptions inner = options.ForFields();
        IReadOnlyList<EnvelopedMaterial> fields = envelope.Open(text, source);
        try
        {
            foreach (EnvelopedMaterial field in fields)
            {
                ReadInto(items, field.GetContent(), field.Source, inner);
            }
        }
        finally
        {
            foreach (EnvelopedMaterial field in fields)
            {
                CryptographicOperations.ZeroMemory(field.GetContent());
            }
        }
    }

    /// <summary>UTF-16 and UTF-32, by their marks or by the zero bytes beside each ASCII character.</summary>
    private static bool IsWideText(ReadOnlySpan<byte> bytes) =>
        bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, 0, 0xFE, 0xFF, ..]
        || (bytes is [0, >= 9 and < 0x7F, 0, >= 9 and < 0x7F, ..] or [>= 9 and < 0x7F, 0, >= 9 and < 0x7F, 0, ..]);
}
