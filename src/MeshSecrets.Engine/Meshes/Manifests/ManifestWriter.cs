using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>Writes manifests as YAML (one document each) that <c>kubectl apply -f</c> and <c>kumactl apply -f</c> take.</summary>
public static class ManifestWriter
{
    /// <summary>Writes one document, its mark <c>---</c> before it.</summary>
    /// <param name="manifest">The object.</param>
    /// <param name="destination">Where the UTF-8 goes.</param>
    public static void WriteYaml(Manifest manifest, IBufferWriter<byte> destination)
    {
        destination.Write("---\n"u8);
        WriteMapping(manifest.Root, destination, indent: 0);
    }

    private static void WriteMapping(ManifestNode mapping, IBufferWriter<byte> destination, int indent, bool continued = false)
    {
        foreach ((string name, ManifestNode value) in mapping.Fields)
        {
            Indent(destination, continued ? 0 : indent);
            continued = false;
            WriteText(name, destination);
            destination.Write(":"u8);
            WriteValue(value, destination, indent);
        }
    }

    private static void WriteValue(ManifestNode value, IBufferWriter<byte> destination, int indent)
    {
        switch (value.Kind)
        {
            case ManifestNodeKind.Mapping when value.Fields.Count == 0:
                destination.Write(" {}\n"u8);
                break;
            case ManifestNodeKind.Mapping:
                destination.Write("\n"u8);
                WriteMapping(value, destination, indent + 2);
                break;
            case ManifestNodeKind.Sequence when value.Entries.Count == 0:
                destination.Write(" []\n"u8);
                break;
            case ManifestNodeKind.Sequence:
                destination.Write("\n"u8);
                WriteEntries(value, destination, indent);
                break;
            default:
                destination.Write(" "u8);
                WriteScalar(value, destination);
                destination.Write("\n"u8);
                break;
        }
    }

    private static void WriteEntries(ManifestNode sequence, IBufferWriter<byte> destination, int indent)
    {
        foreach (ManifestNode entry in sequence.Entries)
        {
            Indent(destination, indent);
            destination.Write("-"u8);
            if (entry is { Kind: ManifestNodeKind.Mapping, Fields.Count: > 0 })
            {
                destination.Write(" "u8);
                WriteMapping(entry, destination, indent + 2, continued: true);
            }
            else
            {
                WriteValue(entry, destination, indent + 2);
            }
        }
    }

    private static void WriteScalar(ManifestNode scalar, IBufferWriter<byte> destination)
    {
        if (scalar.Text is { } text)
        {
            if (scalar.IsString)
            {
                WriteText(text, destination);
            }
            else
            {
                Encoding.UTF8.GetBytes(text, destination);
            }
        }
        else if (scalar.Bytes.IsEmpty)
        {
            destination.Write(scalar.IsString ? "\"\""u8 : "null"u8);
        }
        else
        {
            Span<byte> target = destination.GetSpan(Base64.GetMaxEncodedToUtf8Length(scalar.Bytes.Length));
            Base64.EncodeToUtf8(scalar.Bytes.Span, target, out _, out int written);
            destination.Advance(written);
        }
    }

    private static void WriteText(string text, IBufferWriter<byte> destination)
    {
        if (IsPlain(text))
        {
            Encoding.UTF8.GetBytes(text, destination);
            return;
        }

        // JSON's escapes are valid in YAML's double quotes.
        destination.Write("\""u8);
        foreach (char c in text)
        {
            string escaped = c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or > '~' => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
                _ => c.ToString(),
            };
            Encoding.ASCII.GetBytes(escaped, destination);
        }

        destination.Write("\""u8);
    }

    /// <summary>Letters first, and nothing that YAML 1.1 or 1.2 takes for something else than a string.</summary>
    private static bool IsPlain(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && !text.AsSpan().ContainsAnyExcept(s_plain)
        && !s_words.Contains(text);

    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./");

    private static readonly HashSet<string> s_words = new(StringComparer.OrdinalIgnoreCase) { "y", "n", "yes", "no", "on", "off", "true", "false", "null" };

    private static void Indent(IBufferWriter<byte> destination, int count)
    {
        destination.GetSpan(count)[..count].Fill((byte)' ');
        destination.Advance(count);
    }
}
