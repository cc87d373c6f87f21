using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Der;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Finds out what a text without PEM boundaries is, so that the error can say it.</summary>
internal static class UnarmouredText
{
    private static readonly SearchValues<byte> s_base64AndSpace =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"u8);

    /// <summary>The error that names it.</summary>
    internal static MeshException Explain(ReadOnlySpan<byte> text, string source)
    {
        ReadOnlySpan<byte> trimmed = text.Trim(" \t\r\n"u8);
        if (trimmed[0] == '<')
        {
            return ReadErrors.MarkupPage(source);
        }

        if (trimmed.StartsWith("ssh-"u8) || trimmed.StartsWith("ecdsa-sha2-"u8))
        {
            return ReadErrors.Unrecognized(source, "a public key in OpenSSH's form");
        }

        PemLines lines = new(text);
        while (lines.MoveNext())
        {
            if (lines.Current.IndexOf("BEGIN "u8) is >= 0 and int begin && Mentions(lines.Current))
            {
                return PemErrors.ArmourDamaged(new(source, lines.Number, begin + 1));
            }
        }

        if (trimmed[0] is (byte)'"' or (byte)'\'' && Inspect(trimmed.Trim("\"'"u8)) != Content.Other)
        {
            return PemErrors.Quoted(new(source, 1, 1));
        }

        byte[] decoded = Decode(trimmed);
        try
        {
            return Inspect(trimmed) switch
            {
                Content.Der => PemErrors.ArmourMissing(source, DerShape.Identify(decoded) is { } kind ? kind.Describe() : "DER of an unknown kind"),
                Content.Pem => PemErrors.PemInBase64(source),
                Content.Encoded => PemErrors.DoubleBase64(new(source)),
                _ => ReadErrors.Unrecognized(source, "text of another kind"),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(decoded);
        }
    }

    /// <summary>Whether bytes that should be DER are base64 of material, or PEM.</summary>
    internal static bool IsEncodedMaterial(ReadOnlySpan<byte> bytes) => PemReader.HasBoundary(bytes) || Inspect(bytes) != Content.Other;

    private static bool Mentions(ReadOnlySpan<byte> line) =>
        line.IndexOf("CERTIFICATE"u8) >= 0 || line.IndexOf("KEY"u8) >= 0 || line.IndexOf("CRL"u8) >= 0;

    private static Content Inspect(ReadOnlySpan<byte> text)
    {
        byte[] decoded = Decode(text);
        try
        {
            if (decoded.Length < 16)
            {
                return Content.Other;
            }

            if (PemReader.HasBoundary(decoded))
            {
                return Content.Pem;
            }

            if (decoded[0] == DerTag.Sequence && DerHeader.TryRead(decoded, out DerHeader header) && header.TotalLength is null or > 32)
            {
                return Content.Der;
            }

            return decoded.AsSpan().ContainsAnyExcept(s_base64AndSpace) || Inspect(decoded) == Content.Other ? Content.Other : Content.Encoded;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(decoded);
        }
    }

    /// <summary>Decodes the base64 at the start of a text, as far as it goes, without regard to its padding.</summary>
    private static byte[] Decode(ReadOnlySpan<byte> text)
    {
        byte[] characters = new byte[text.Length];
        int count = 0;
        foreach (byte c in text)
        {
            if (c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            if (c == '=' || !s_base64AndSpace.Contains(c))
            {
                break;
            }

            characters[count++] = c;
        }

        byte[] decoded = new byte[count / 4 * 3];
        Base64.DecodeFromUtf8(characters.AsSpan(0, count / 4 * 4), decoded, out _, out _);
        CryptographicOperations.ZeroMemory(characters);
        return decoded;
    }

    private enum Content
    {
        Other,
        Der,
        Pem,
        Encoded,
    }
}
