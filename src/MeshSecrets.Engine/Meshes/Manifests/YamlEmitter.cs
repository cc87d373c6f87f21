using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>Writes nodes as YAML in block style, as kubectl does.</summary>
internal readonly struct YamlEmitter(IBufferWriter<byte> destination)
{
    private const int Step = 2;

    /// <summary>Longer names need the explicit form, for a parser looks only so far ahead for the colon.</summary>
    private const int LongName = 128;

    /// <summary>Of these alone consists base64 that might be a number: it has no place in a long text, but may be all of a short one.</summary>
    private static readonly SearchValues<byte> s_numeric = SearchValues.Create("0123456789abcdefABCDEFxXoO+"u8);

    internal void WriteRoot(ManifestNode root)
    {
        if (root is { Kind: ManifestNodeKind.Mapping, Fields.Count: > 0 })
        {
            WriteMapping(root, indent: 0, continued: false);
        }
        else
        {
            WriteLeaf(root, Step);
        }
    }

    private void WriteMapping(ManifestNode mapping, int indent, bool continued)
    {
        foreach ((string name, ManifestNode value) in mapping.Fields)
        {
            Indent(continued ? 0 : indent);
            continued = false;
            WriteName(name, indent);
            switch (value)
            {
                case { Kind: ManifestNodeKind.Mapping, Fields.Count: > 0 }:
                    destination.Write("\n"u8);
                    WriteMapping(value, indent + Step, continued: false);
                    break;
                case { Kind: ManifestNodeKind.Sequence, Entries.Count: > 0 }:
                    destination.Write("\n"u8);
                    WriteEntries(value, indent);
                    break;
                default:
                    destination.Write(" "u8);
                    WriteLeaf(value, indent + Step);
                    break;
            }
        }
    }

    private void WriteName(string name, int indent)
    {
        if (name.Length > LongName)
        {
            destination.Write("? "u8);
            YamlString.WriteLine(name, destination);
            destination.Write("\n"u8);
            Indent(indent);
        }
        else
        {
            YamlString.WriteLine(name, destination);
        }

        destination.Write(":"u8);
    }

    private void WriteEntries(ManifestNode sequence, int indent)
    {
        foreach (ManifestNode entry in sequence.Entries)
        {
            Indent(indent);
            switch (entry)
            {
                case { Kind: ManifestNodeKind.Mapping, Fields.Count: > 0 }:
                    destination.Write("- "u8);
                    WriteMapping(entry, indent + Step, continued: true);
                    break;
                case { Kind: ManifestNodeKind.Sequence, Entries.Count: > 0 }:
                    destination.Write("-\n"u8);
                    WriteEntries(entry, indent + Step);
                    break;
                default:
                    destination.Write("- "u8);
                    WriteLeaf(entry, indent + Step);
                    break;
            }
        }
    }

    /// <summary>What stands on the line of its name, or begins there; <paramref name="indent"/> is where further lines begin.</summary>
    private void WriteLeaf(ManifestNode leaf, int indent)
    {
        if (leaf.Kind != ManifestNodeKind.Scalar)
        {
            destination.Write(leaf.Kind == ManifestNodeKind.Mapping ? "{}\n"u8 : "[]\n"u8);
        }
        else if (leaf.Text is not { } text)
        {
            WriteBytes(leaf);
            destination.Write("\n"u8);
        }
        else if (!leaf.IsString && ScalarText.IsOther(text))
        {
            Encoding.UTF8.GetBytes(text, destination);
            destination.Write("\n"u8);
        }
        else if (YamlString.IsBlock(text))
        {
            YamlString.WriteBlock(text, destination, indent, Step);
        }
        else
        {
            YamlString.WriteLine(text, destination);
            destination.Write("\n"u8);
        }
    }

    private void WriteBytes(ManifestNode scalar)
    {
        if (scalar.Bytes.IsEmpty)
        {
            destination.Write(scalar.IsString ? "\"\""u8 : "null"u8);
            return;
        }

        int length = Base64.GetMaxEncodedToUtf8Length(scalar.Bytes.Length);
        Span<byte> target = destination.GetSpan(length + 2);
        Base64.EncodeToUtf8(scalar.Bytes.Span, target, out _, out _);
        if (IsOther(target[..length]))
        {
            target[..length].CopyTo(target[1..]);
            target[0] = (byte)'"';
            target[length + 1] = (byte)'"';
            length += 2;
        }

        destination.Advance(length);
    }

    private static bool IsOther(ReadOnlySpan<byte> base64) =>
        !base64.ContainsAnyExcept(s_numeric) || (base64.Length == 4 && ScalarText.IsOther(Encoding.ASCII.GetString(base64)));

    private void Indent(int count)
    {
        destination.GetSpan(count)[..count].Fill((byte)' ');
        destination.Advance(count);
    }
}
