using System.Text;
using System.Text.Json;
using MeshSecrets.Meshes.Manifests;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MeshSecrets.Meshes.Repairing;

/// <summary>Puts new scalars into a YAML or JSON text at their places, and proves that nothing else changed.</summary>
internal static class ScalarEdits
{
    /// <summary>Replaces scalars, known by where they begin.</summary>
    /// <exception cref="MeshException"><c>RepairManifestNotWritable</c>.</exception>
    internal static string Apply(string text, string source, IReadOnlyDictionary<(int Line, int Column), ScalarEdit> edits)
    {
        StringBuilder edited = new();
        int offset = 0;
        int left = edits.Count;
        Parser parser = new(new StringReader(text));
        while (parser.MoveNext())
        {
            if (parser.Current is Scalar scalar && edits.TryGetValue(((int)scalar.Start.Line, (int)scalar.Start.Column), out ScalarEdit? edit))
            {
                int start = (int)scalar.Start.Index;
                int end = start + text[start..(int)scalar.End.Index].TrimEnd().Length;
                edited.Append(text, offset, start - offset).Append(Write(edit.Text, scalar.Style, Indent(text, start)));
                offset = end;
                left--;
            }
        }

        string result = edited.Append(text, offset, text.Length - offset).ToString();
        return left == 0 && IsOnlyEdited(text, result, source, edits) ? result : throw ManifestRepairErrors.NotWritable(source);
    }

    /// <summary>Base64 is a plain scalar in YAML; a text of several lines stays a block where it was one.</summary>
    private static string Write(string text, ScalarStyle style, int indent)
    {
        bool isQuoted = style is ScalarStyle.DoubleQuoted or ScalarStyle.SingleQuoted;
        if (!text.Contains('\n', StringComparison.Ordinal))
        {
            return isQuoted ? $"\"{text}\"" : text;
        }

        return style is ScalarStyle.Literal or ScalarStyle.Folded
            ? "|\n" + string.Join('\n', text.TrimEnd('\n').Split('\n').Select(line => new string(' ', indent + 2) + line))
            : $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
    }

    /// <summary>How far the field's name is indented, a list's mark included.</summary>
    private static int Indent(string text, int at)
    {
        int start = text.LastIndexOf('\n', Math.Max(0, at - 1)) + 1;
        int column = start;
        while (column < at && text[column] is ' ' or '-')
        {
            column++;
        }

        return column - start;
    }

    private static bool IsOnlyEdited(string before, string after, string source, IReadOnlyDictionary<(int Line, int Column), ScalarEdit> edits)
    {
        try
        {
            Manifest[] old = [.. ManifestReader.Read(before, source)];
            Manifest[] now = [.. ManifestReader.Read(after, source)];
            return old.Length == now.Length && old.Zip(now).All(pair => IsOnlyEdited(pair.First.Root, pair.Second.Root, edits));
        }
        catch (MeshException)
        {
            return false; // The edited text is no manifest any more: it is not written.
        }
    }

    private static bool IsOnlyEdited(ManifestNode old, ManifestNode now, IReadOnlyDictionary<(int Line, int Column), ScalarEdit> edits) =>
        old.Kind == now.Kind
        && (old.Kind != ManifestNodeKind.Scalar || now.Text == (edits.TryGetValue((old.Line, old.Column), out ScalarEdit? edit) ? edit.Text : old.Text))
        && old.Entries.Count == now.Entries.Count
        && old.Entries.Zip(now.Entries).All(pair => IsOnlyEdited(pair.First, pair.Second, edits))
        && old.Fields.Select(field => field.Key).SequenceEqual(now.Fields.Select(field => field.Key))
        && old.Fields.Zip(now.Fields).All(pair => IsOnlyEdited(pair.First.Value, pair.Second.Value, edits));
}
