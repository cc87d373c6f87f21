namespace MeshSecrets.Meshes.Manifests;

/// <summary>
/// Puts the tokens of a text together to objects, each when it is asked for; of a list it holds one entry at a time.
/// </summary>
/// <remarks>
/// What is wrong with one object only (a field twice, an alias, no mapping) is noted, and the reading goes on to the
/// object's end, so that the next one can be read.
/// </remarks>
internal sealed class ManifestAssembler(ManifestTokens tokens, Action<MeshException>? broken)
{
    private MeshException? _fault;
    private int _nodes;

    internal IEnumerable<Manifest> Read()
    {
        Begin();
        for (ManifestToken token = tokens.Read(); token != ManifestToken.End; token = tokens.Read())
        {
            if (token == ManifestToken.MappingStart)
            {
                foreach (Manifest manifest in ReadDocument())
                {
                    yield return manifest;
                }
            }
            else
            {
                Finish(ReadNode(token, ManifestReader.MaxDepth));
            }

            Begin();
        }
    }

    private static bool IsList(string? kind) => kind is null || kind.EndsWith("List", StringComparison.Ordinal);

    private IEnumerable<Manifest> ReadDocument()
    {
        ManifestNode root = StartNode(ManifestNodeKind.Mapping);
        bool isList = false;
        for (ManifestToken token = Next(); token != ManifestToken.MappingEnd; token = Next())
        {
            string? name = ReadName(token, ManifestReader.MaxDepth - 1);
            (int line, int column) = (tokens.Line, tokens.Column);
            token = Next();
            if (name == "items" && token == ManifestToken.SequenceStart && !isList && IsList(root["kind"]))
            {
                isList = true;
                MeshException? fault = _fault;
                foreach (Manifest manifest in ReadItems(root))
                {
                    yield return manifest;
                }

                _fault = fault;
            }
            else
            {
                AddField(root, name, ReadNode(token, ManifestReader.MaxDepth - 1), line, column);
            }
        }

        if (isList && !IsList(root["kind"]))
        {
            _fault ??= ManifestErrors.Invalid(new(tokens.Source, root.Line, root.Column), "an object has 'items' as a list, but its kind is none");
        }

        if (Finish(root) is { } whole && !isList)
        {
            foreach (Manifest manifest in Flatten(whole))
            {
                yield return manifest;
            }
        }
    }

    private IEnumerable<Manifest> ReadItems(ManifestNode list)
    {
        Begin();
        for (ManifestToken token = Next(); token != ManifestToken.SequenceEnd; token = Next())
        {
            if (Finish(ReadNode(token, ManifestReader.MaxDepth)) is { } item)
            {
                NameAsItem(item.Root, list);
                foreach (Manifest manifest in Flatten(item))
                {
                    yield return manifest;
                }
            }

            Begin();
        }
    }

    /// <summary>The API server's lists of one kind leave it out of their items.</summary>
    private static void NameAsItem(ManifestNode item, ManifestNode list)
    {
        if (list["kind"] is { Length: > 4 } kind && list["apiVersion"] is { } version && item.Find("kind") is null && item.Find("apiVersion") is null)
        {
            item.Set("apiVersion", ManifestNode.String(version)).Set("kind", ManifestNode.String(kind[..^4]));
        }
    }

    /// <summary>A list within a list.</summary>
    private IEnumerable<Manifest> Flatten(Manifest manifest)
    {
        if (manifest.Root.Find("items") is not { Kind: ManifestNodeKind.Sequence } items || !IsList(manifest.Root["kind"]))
        {
            yield return manifest;
            yield break;
        }

        foreach (ManifestNode entry in items.Entries)
        {
            if (Finish(entry) is { } item)
            {
                NameAsItem(entry, manifest.Root);
                foreach (Manifest inner in Flatten(item))
                {
                    yield return inner;
                }
            }
        }
    }

    /// <summary>The next token of an object; some texts that are no YAML simply end for the parser.</summary>
    private ManifestToken Next() => tokens.Read() is not ManifestToken.End and ManifestToken token
        ? token
        : throw ManifestErrors.Invalid(tokens.Place, "the text ends within an object; it is cut off or no valid YAML");

    private ManifestNode ReadNode(ManifestToken token, int depth)
    {
        if (token == ManifestToken.Scalar)
        {
            Count();
            return ManifestNode.Scalar(tokens.Text, tokens.IsString, tokens.Line, tokens.Column);
        }

        if (depth == 0)
        {
            throw ManifestErrors.Invalid(tokens.Place, $"an object is nested deeper than {ManifestReader.MaxDepth} levels");
        }

        return token == ManifestToken.SequenceStart ? ReadSequence(depth) : ReadMapping(depth);
    }

    private ManifestNode ReadSequence(int depth)
    {
        ManifestNode node = StartNode(ManifestNodeKind.Sequence);
        for (ManifestToken token = Next(); token != ManifestToken.SequenceEnd; token = Next())
        {
            node.Add(ReadNode(token, depth - 1));
        }

        return node;
    }

    private ManifestNode ReadMapping(int depth)
    {
        ManifestNode node = StartNode(ManifestNodeKind.Mapping);
        for (ManifestToken token = Next(); token != ManifestToken.MappingEnd; token = Next())
        {
            string? name = ReadName(token, depth - 1);
            (int line, int column) = (tokens.Line, tokens.Column);
            AddField(node, name, ReadNode(Next(), depth - 1), line, column);
        }

        return node;
    }

    private string? ReadName(ManifestToken token, int depth)
    {
        if (token == ManifestToken.Scalar)
        {
            Count();
            if (tokens.Text is { } name && (tokens.IsString || name != "<<"))
            {
                return name;
            }
        }
        else
        {
            ReadNode(token, depth);
        }

        _fault ??= ManifestErrors.Invalid(tokens.Place, "a field's name is no plain text");
        return null;
    }

    private void AddField(ManifestNode node, string? name, ManifestNode value, int line, int column)
    {
        if (name is not null && !node.TryAdd(name, value))
        {
            _fault ??= ManifestErrors.Invalid(new(tokens.Source, line, column), "the same field stands there twice");
        }
    }

    private ManifestNode StartNode(ManifestNodeKind kind)
    {
        Count();
        return ManifestNode.At(kind, tokens.Line, tokens.Column);
    }

    private void Count()
    {
        if (tokens.Fault is { } fault)
        {
            _fault ??= ManifestErrors.Invalid(tokens.Place, fault);
        }

        if (++_nodes > ManifestReader.MaxNodes)
        {
            throw ManifestErrors.TooLarge(tokens.Place, $"an object has more than {ManifestReader.MaxNodes} fields and values");
        }
    }

    private void Begin()
    {
        tokens.BeginObject();
        _nodes = 0;
        _fault = null;
    }

    /// <summary>The object, or <see langword="null"/> if there is none: nothing stands between two marks, or what stands there was reported.</summary>
    private Manifest? Finish(ManifestNode node)
    {
        MeshException? fault = _fault ?? (node is { Kind: ManifestNodeKind.Mapping } or { Text: null, IsString: false, Kind: ManifestNodeKind.Scalar }
            ? null
            : ManifestErrors.Invalid(new(tokens.Source, node.Line, node.Column), "an object is expected here, with fields such as apiVersion, kind and metadata"));
        _fault = null;
        if (fault is null)
        {
            return node.Kind == ManifestNodeKind.Mapping ? new Manifest(node, tokens.Source) : null;
        }

        if (broken is null)
        {
            throw fault;
        }

        broken(fault);
        return null;
    }
}
