using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Repairing;

/// <summary>
/// Finds and mends broken certificates and keys in manifests: in Secrets and ConfigMaps of Kubernetes, lists of them,
/// and secrets in Kuma's own form; in YAML or JSON, one document or several.
/// </summary>
public sealed class ManifestRepair : IDisposable
{
    private readonly string _text;
    private readonly string _source;

    private ManifestRepair(string text, string source, IReadOnlyList<RepairedField> fields)
    {
        _text = text;
        _source = source;
        Fields = fields;
    }

    /// <summary>The values that should be certificates or keys, in their order.</summary>
    public IReadOnlyList<RepairedField> Fields { get; }

    /// <summary>Examines the values of a manifest.</summary>
    /// <param name="content">The manifest's bytes; they stay the caller's.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="options">With the password of PKCS#12 values; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The reports, to be disposed, perhaps none; <see langword="null"/> if the content is no manifest.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>.</exception>
    public static ManifestRepair? Examine(ReadOnlySpan<byte> content, string source, MaterialReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!new SecretManifestReader().Recognizes(content))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(content);
        Manifest[] manifests = [.. ManifestReader.Read(text, source)];
        List<RepairedField> fields = [.. manifests.Index().SelectMany(each => ManifestFields.Examine(each.Item, each.Index, options, cancellationToken))];

        // JSON or YAML of something else may hold PEM; it is no manifest.
        return fields.Count > 0 || manifests.Any(manifest => manifest.Kind.Length > 0) ? new(text, source, fields) : null;
    }

    /// <summary>The manifest with values mended, and nothing else changed: comments, order and all other fields stay.</summary>
    /// <param name="fields">The values to mend: those of <see cref="Fields"/> whose report has a content.</param>
    /// <returns>UTF-8; the caller zeroes it.</returns>
    /// <exception cref="MeshException"><c>RepairManifestNotWritable</c>.</exception>
    public byte[] Write(IEnumerable<RepairedField> fields)
    {
        Dictionary<(int Line, int Column), ScalarEdit> edits = fields.ToDictionary(
            field => (field.Node.Line, field.Node.Column),
            field => new ScalarEdit(field.IsEncoded ? Convert.ToBase64String(field.Report.GetContent().Span) : Encoding.UTF8.GetString(field.Report.GetContent().Span)));
        return Encoding.UTF8.GetBytes(ScalarEdits.Apply(_text, _source, edits));
    }

    /// <summary>Zeroes what was restored.</summary>
    public void Dispose()
    {
        foreach (RepairedField field in Fields)
        {
            field.Report.Dispose();
        }
    }
}
