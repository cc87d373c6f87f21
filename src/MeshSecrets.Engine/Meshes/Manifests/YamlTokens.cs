using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>YAML, taken apart. Ends of documents are passed over: each begins a value of its own.</summary>
internal sealed class YamlTokens : ManifestTokens
{
    private const string StringTag = "tag:yaml.org,2002:str";

    private readonly YamlText _text;
    private readonly Parser _parser;

    internal YamlTokens(ManifestInput input)
        : base(input)
    {
        _text = new YamlText(input);
        _parser = new Parser(_text);
    }

    internal override void BeginObject() => _text.BeginObject();

    internal override ManifestToken Read()
    {
        while (true)
        {
            ParsingEvent? found = Next();
            switch (found)
            {
                case Scalar scalar:
                    SetScalar(scalar);
                    return ManifestToken.Scalar;
                case MappingStart mapping:
                    SetPlace(mapping);
                    return ManifestToken.MappingStart;
                case MappingEnd:
                    SetPlace(found);
                    return ManifestToken.MappingEnd;
                case SequenceStart sequence:
                    SetPlace(sequence);
                    return ManifestToken.SequenceStart;
                case SequenceEnd:
                    SetPlace(found);
                    return ManifestToken.SequenceEnd;
                case AnchorAlias:
                    // Aliases let a small text stand for an endless one, and no tool of the field writes them.
                    SetPlace(found);
                    Text = null;
                    Fault = "an alias stands here; aliases are not read";
                    return ManifestToken.Scalar;
                case null:
                    return ManifestToken.End;
                default:
                    break;
            }
        }
    }

    public override void Dispose() => _text.Dispose();

    private ParsingEvent? Next()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current : null;
        }
        catch (YamlException e)
        {
            // The parser's own message may quote the text, and with it a key.
            throw NoYaml(LinesBefore + (int)e.Start.Line, (int)e.Start.Column);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The parser's answer to some texts that are no YAML at all.
            throw NoYaml(Line, Column);
        }
    }

    /// <summary>The parser gives no place, or that of the beginning, for some faults; then what was read last is the nearest.</summary>
    private MeshException NoYaml(int line, int column)
    {
        (line, column) = line < Line ? (Line, Column) : (line, column);
        int tab = _text.FindTabIndented(line - LinesBefore) is > 0 and int found ? found + LinesBefore : 0;
        return tab > 0 && tab <= line + 1
            ? Broken(new(Source, tab, 1), "a tab stands in the indentation of this line, where YAML allows spaces only")
            : Broken(new(Source, line, column), "the text is no valid YAML or JSON");
    }

    private void SetScalar(Scalar scalar)
    {
        SetPlace(scalar);
        bool plain = scalar.Style == ScalarStyle.Plain;
        IsString = !plain || !scalar.Tag.IsEmpty;
        Text = !IsString && ScalarText.IsNull(scalar.Value) ? null : scalar.Value;
    }

    private void SetPlace(ParsingEvent found)
    {
        Line = LinesBefore + (int)found.Start.Line;
        Column = (int)found.Start.Column;
        Fault = null;
    }

    private void SetPlace(NodeEvent node)
    {
        SetPlace((ParsingEvent)node);
        if (!node.Anchor.IsEmpty)
        {
            Fault = "an anchor stands here; anchors and aliases are not read";
        }
        else if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && !(node is Scalar && node.Tag.Value == StringTag))
        {
            Fault = "a tag stands here; of tags only !!str is read";
        }
    }
}
