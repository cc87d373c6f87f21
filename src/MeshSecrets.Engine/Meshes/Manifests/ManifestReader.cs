using System.Text;
using MeshSecrets.Certificates.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>Reads manifests, object by object: YAML or JSON, one document or several, and lists as <c>kubectl get</c> writes them.</summary>
public static class ManifestReader
{
    /// <summary>Deeper than any manifest of the field, far shallower than the stack.</summary>
    private const int MaxDepth = 64;

    /// <summary>Reads the objects of a stream, each when it is asked for.</summary>
    /// <param name="stream">The text in UTF-8; it stays the caller's.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The objects in their order, those of lists one by one.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>.</exception>
    public static IEnumerable<Manifest> Read(Stream stream, string source)
    {
        using StreamReader reader = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), leaveOpen: true);
        string text;
        try
        {
            text = reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw ManifestErrors.Invalid(new(source), "the text is not in UTF-8");
        }

        foreach (Manifest manifest in Read(text, source))
        {
            yield return manifest;
        }
    }

    /// <summary>Reads the objects of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The objects in their order, those of lists one by one.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>.</exception>
    public static IEnumerable<Manifest> Read(string text, string source) =>
        ReadDocuments(text, source).SelectMany(document => Flatten(document, source));

    private static IEnumerable<Manifest> Flatten(ManifestNode document, string source) =>
        document.Find("items") is { Kind: ManifestNodeKind.Sequence } items
            ? items.Entries.SelectMany(item => Flatten(item, source))
            : [new Manifest(document, source)];

    private static List<ManifestNode> ReadDocuments(string text, string source)
    {
        List<ManifestNode> documents = [];
        Parser parser = new(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            while (parser.TryConsume<DocumentStart>(out _))
            {
                ManifestNode document = ReadNode(parser, source, MaxDepth);
                parser.Consume<DocumentEnd>();

                // Nothing between two marks is no object.
                if (document is not { Kind: ManifestNodeKind.Scalar, Text: null })
                {
                    documents.Add(document);
                }
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

    private static ManifestNode ReadNode(Parser parser, string source, int depth)
    {
        if (depth == 0)
        {
            throw Invalid(parser, source, $"the document is nested deeper than {MaxDepth} levels");
        }

        if (parser.TryConsume<Scalar>(out Scalar? scalar) && scalar is not null)
        {
            bool isPlain = scalar.Style == ScalarStyle.Plain;
            bool isNull = isPlain && scalar.Value is ("" or "~" or "null");
            return ManifestNode.Scalar(isNull ? null : scalar.Value, !isPlain, (int)scalar.Start.Line, (int)scalar.Start.Column);
        }

        if (parser.TryConsume<SequenceStart>(out SequenceStart? sequence) && sequence is not null)
        {
            ManifestNode node = ManifestNode.At(ManifestNodeKind.Sequence, (int)sequence.Start.Line, (int)sequence.Start.Column);
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                node.Add(ReadNode(parser, source, depth - 1));
            }

            return node;
        }

        return parser.TryConsume<MappingStart>(out MappingStart? mapping) && mapping is not null
            ? ReadMapping(parser, ManifestNode.At(ManifestNodeKind.Mapping, (int)mapping.Start.Line, (int)mapping.Start.Column), source, depth)
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

            if (!mapping.TryAdd(name.Value, ReadNode(parser, source, depth - 1)))
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
