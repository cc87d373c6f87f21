using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>A node of a YAML document, with its place: a scalar, a mapping or a sequence.</summary>
internal sealed class ManifestNode
{
    /// <summary>Deeper than any manifest of the field, far shallower than the stack.</summary>
    private const int MaxDepth = 64;

    private ManifestNode(Mark start)
    {
        Line = (int)start.Line;
        Column = (int)start.Column;
    }

    internal int Line { get; }

    internal int Column { get; }

    /// <summary>The text of a scalar; <see langword="null"/> for YAML's null and for other nodes.</summary>
    internal string? Text { get; private init; }

    internal Dictionary<string, ManifestNode> Fields { get; } = new(StringComparer.Ordinal);

    internal List<ManifestNode> Entries { get; } = [];

    internal bool IsMapping { get; private init; }

    /// <summary>A scalar field's text.</summary>
    internal string? this[string field] => Fields.GetValueOrDefault(field)?.Text;

    /// <summary>Reads all documents of a text.</summary>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>.</exception>
    internal static List<ManifestNode> ReadAll(string text, string source)
    {
        List<ManifestNode> documents = [];
        Parser parser = new(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            while (parser.TryConsume<DocumentStart>(out _))
            {
                documents.Add(Read(parser, source, MaxDepth));
                parser.Consume<DocumentEnd>();
            }

            return documents;
        }
        catch (YamlException e)
        {
            // The parser's own message may quote the text, and with it a key.
            throw ManifestErrors.Invalid(new(source, (int)e.Start.Line, (int)e.Start.Column), "the text is no valid YAML or JSON");
        }
        catch (InvalidOperationException)
        {
            // The parser's answer to some texts that are no YAML at all.
            throw Invalid(parser, source, "the text is no valid YAML or JSON");
        }
    }

    private static ManifestNode Read(Parser parser, string source, int depth)
    {
        if (depth == 0)
        {
            throw Invalid(parser, source, $"the document is nested deeper than {MaxDepth} levels");
        }

        if (parser.TryConsume<Scalar>(out Scalar? scalar) && scalar is not null)
        {
            bool isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is ("" or "~" or "null");
            return new(scalar.Start) { Text = isNull ? null : scalar.Value };
        }

        if (parser.TryConsume<SequenceStart>(out SequenceStart? sequence) && sequence is not null)
        {
            ManifestNode node = new(sequence.Start);
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                node.Entries.Add(Read(parser, source, depth - 1));
            }

            return node;
        }

        return parser.TryConsume<MappingStart>(out MappingStart? mapping) && mapping is not null
            ? ReadMapping(parser, new(mapping.Start) { IsMapping = true }, source, depth)
            : throw Invalid(parser, source, "an alias stands here; aliases are not read");
    }

    private static ManifestNode ReadMapping(Parser parser, ManifestNode mapping, string source, int depth)
    {
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out Scalar? name) || name is null)
            {
                throw Invalid(parser, source, "a field's name is no plain text");
            }

            ManifestNode value = Read(parser, source, depth - 1);
            if (!mapping.Fields.TryAdd(name.Value, value))
            {
                throw ManifestErrors.Invalid(new(source, (int)name.Start.Line, (int)name.Start.Column), "the same field stands there twice");
            }
        }

        return mapping;
    }

    private static MeshException Invalid(Parser parser, string source, string what)
    {
        Mark mark = parser.Current?.Start ?? Mark.Empty;
        return ManifestErrors.Invalid(new(source, (int)mark.Line, (int)mark.Column), what);
    }
}
