namespace MeshSecrets.Meshes.Manifests;

/// <summary>
/// A node of a YAML or JSON document, with its place: a scalar, a mapping or a sequence. Fields keep their order, and
/// scalars whether they were quoted, so that what is read can be written again without loss.
/// </summary>
public sealed class ManifestNode
{
    /// <summary>Most mappings have a few fields, in which a search finds sooner than a hash.</summary>
    private const int SmallMapping = 16;

    private readonly List<KeyValuePair<string, ManifestNode>>? _fields;
    private readonly List<ManifestNode>? _entries;
    private Dictionary<string, int>? _places;

    private ManifestNode(ManifestNodeKind kind)
    {
        Kind = kind;
        _fields = kind == ManifestNodeKind.Mapping ? [] : null;
        _entries = kind == ManifestNodeKind.Sequence ? [] : null;
    }

    /// <summary>Scalar, mapping or sequence.</summary>
    public ManifestNodeKind Kind { get; }

    /// <summary>The line, counted from 1; 0 if it was not read.</summary>
    public int Line { get; internal init; }

    /// <summary>The column, counted from 1; 0 if it was not read.</summary>
    public int Column { get; internal init; }

    /// <summary>The text of a scalar; <see langword="null"/> for null, for bytes and for other nodes.</summary>
    public string? Text { get; internal init; }

    /// <summary>Whether a scalar is a string for certain. Others are null, a boolean, a number or a string, as YAML resolves them.</summary>
    public bool IsString { get; internal init; }

    /// <summary>Bytes that are written as base64; empty for other nodes. They stay whose they are.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>The fields of a mapping, in order; none for other nodes.</summary>
    public IReadOnlyCollection<KeyValuePair<string, ManifestNode>> Fields => _fields is null ? [] : _fields;

    /// <summary>The entries of a sequence; none for other nodes.</summary>
    public IReadOnlyList<ManifestNode> Entries => _entries is null ? [] : _entries;

    /// <summary>A scalar field's text, or <see langword="null"/>.</summary>
    /// <param name="field">The field's name.</param>
    public string? this[string field] => Find(field)?.Text;

    /// <summary>An empty mapping.</summary>
    /// <returns>The node.</returns>
    public static ManifestNode Mapping() => new(ManifestNodeKind.Mapping);

    /// <summary>A mapping of fields.</summary>
    /// <param name="fields">Names and nodes; those whose node is <see langword="null"/> are left out.</param>
    /// <returns>The node.</returns>
    public static ManifestNode Mapping(params ReadOnlySpan<(string Name, ManifestNode? Value)> fields)
    {
        ManifestNode mapping = Mapping();
        foreach ((string name, ManifestNode? value) in fields)
        {
            if (value is not null)
            {
                mapping.Set(name, value);
            }
        }

        return mapping;
    }

    /// <summary>A sequence.</summary>
    /// <param name="entries">Its entries.</param>
    /// <returns>The node.</returns>
    public static ManifestNode Sequence(params IEnumerable<ManifestNode> entries)
    {
        ManifestNode sequence = new(ManifestNodeKind.Sequence);
        sequence._entries!.AddRange(entries);
        return sequence;
    }

    /// <summary>A string, quoted wherever YAML would take it for something else.</summary>
    /// <param name="text">The text; <see langword="null"/> for no node, to be left out of a mapping.</param>
    /// <returns>The node.</returns>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static ManifestNode? String(string? text) => text is null ? null : new(ManifestNodeKind.Scalar) { Text = text, IsString = true };

    /// <summary>A boolean.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The node.</returns>
    public static ManifestNode Boolean(bool value) => new(ManifestNodeKind.Scalar) { Text = value ? "true" : "false" };

    /// <summary>A whole number.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The node.</returns>
    public static ManifestNode Number(long value) =>
        new(ManifestNodeKind.Scalar) { Text = value.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    /// <summary>Bytes that are written as base64, without becoming a string before.</summary>
    /// <param name="bytes">The bytes; they must live until the node is written.</param>
    /// <returns>The node.</returns>
    public static ManifestNode Base64(ReadOnlyMemory<byte> bytes) => new(ManifestNodeKind.Scalar) { Bytes = bytes, IsString = true };

    /// <summary>A scalar as it was read.</summary>
    internal static ManifestNode Scalar(string? text, bool isString, int line, int column) =>
        new(ManifestNodeKind.Scalar) { Text = text, IsString = isString, Line = line, Column = column };

    /// <summary>An empty mapping or sequence that is being read.</summary>
    internal static ManifestNode At(ManifestNodeKind kind, int line, int column) => new(kind) { Line = line, Column = column };

    /// <summary>The node at the end of a path of fields, or <see langword="null"/>.</summary>
    /// <param name="path">The fields' names.</param>
    /// <returns>The node.</returns>
    public ManifestNode? Find(params ReadOnlySpan<string> path)
    {
        ManifestNode? node = this;
        foreach (string field in path)
        {
            int place = node._fields is null ? -1 : node.PlaceOf(field);
            if (place < 0)
            {
                return null;
            }

            node = node._fields![place].Value;
        }

        return node;
    }

    /// <summary>Sets a field of a mapping: a new one at the end, an existing one at its place.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="value">The node, or <see langword="null"/> to remove the field.</param>
    /// <returns>This node, to chain calls.</returns>
    public ManifestNode Set(string field, ManifestNode? value)
    {
        List<KeyValuePair<string, ManifestNode>> fields = _fields ?? throw new InvalidOperationException("Only a mapping has fields.");
        int place = PlaceOf(field);
        if (value is null)
        {
            if (place >= 0)
            {
                fields.RemoveAt(place);
                _places = null;
            }
        }
        else if (place >= 0)
        {
            fields[place] = new(field, value);
        }
        else
        {
            AddNew(field, value);
        }

        return this;
    }

    /// <summary>Adds an entry to a sequence.</summary>
    /// <param name="entry">The entry.</param>
    public void Add(ManifestNode entry) => (_entries ?? throw new InvalidOperationException("Only a sequence has entries.")).Add(entry);

    /// <summary>Adds a field that must be new.</summary>
    internal bool TryAdd(string field, ManifestNode value)
    {
        if (PlaceOf(field) >= 0)
        {
            return false;
        }

        AddNew(field, value);
        return true;
    }

    /// <summary>Kind and size, never a value.</summary>
    /// <returns>For example <c>Mapping (4 fields)</c>.</returns>
    public override string ToString() => Kind switch
    {
        ManifestNodeKind.Mapping => $"Mapping ({_fields!.Count} fields)",
        ManifestNodeKind.Sequence => $"Sequence ({_entries!.Count} entries)",
        _ => "Scalar",
    };

    private int PlaceOf(string field)
    {
        List<KeyValuePair<string, ManifestNode>> fields = _fields!;
        if (fields.Count > SmallMapping)
        {
            return (_places ??= Index(fields)).GetValueOrDefault(field, -1);
        }

        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i].Key == field)
            {
                return i;
            }
        }

        return -1;
    }

    private void AddNew(string field, ManifestNode value)
    {
        _places?.Add(field, _fields!.Count);
        _fields!.Add(new(field, value));
    }

    private static Dictionary<string, int> Index(List<KeyValuePair<string, ManifestNode>> fields)
    {
        Dictionary<string, int> places = new(2 * fields.Count, StringComparer.Ordinal);
        for (int i = 0; i < fields.Count; i++)
        {
            places.Add(fields[i].Key, i);
        }

        return places;
    }
}
