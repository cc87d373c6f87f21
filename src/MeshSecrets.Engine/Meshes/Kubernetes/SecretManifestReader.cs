using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>
/// Takes certificates and keys out of manifests: Secrets and ConfigMaps of Kubernetes, lists of them, and secrets in
/// the form that Kuma writes outside Kubernetes; in YAML or JSON, one document or several.
/// </summary>
/// <remarks>A Secret without <c>kind</c>, as consoles show it for editing, is taken for one if it has <c>data</c>.</remarks>
public sealed class SecretManifestReader : IMaterialEnvelope
{
    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> text)
    {
        if (text.TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            return true;
        }

        PemLines lines = new(text);
        while (lines.MoveNext() && !lines.Current.StartsWith("-----BEGIN"u8))
        {
            ReadOnlySpan<byte> line = lines.Current;
            if (line.StartsWith("apiVersion:"u8) || line.StartsWith("kind:"u8) || line.StartsWith("metadata:"u8)
                || line.StartsWith("data:"u8) || line.StartsWith("stringData:"u8) || line.StartsWith("items:"u8))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public IReadOnlyList<EnvelopedMaterial> Open(ReadOnlyMemory<byte> text, string source)
    {
        List<EnvelopedMaterial> fields = [];
        List<string> kinds = [];
        foreach (Manifest manifest in ManifestReader.Read(text.ToArray(), source))
        {
            Open(manifest.Root, source, fields, kinds);
        }

        return fields.Count > 0 ? fields : throw ManifestErrors.NoMaterial(source, kinds);
    }

    private static void Open(ManifestNode document, string source, List<EnvelopedMaterial> fields, List<string> kinds)
    {
        string kind = document["kind"] ?? (document["type"] is "Secret" or "GlobalSecret" ? document["type"]! : "Secret");
        kinds.Add(kind);
        if (kind is not ("Secret" or "GlobalSecret" or "ConfigMap"))
        {
            return;
        }

        string owner = $"{kind} {Name(document)}";
        bool encoded = kind != "ConfigMap";
        AddFields(document, "data", encoded, source, owner, fields);
        AddFields(document, "stringData", encoded: false, source, owner, fields);
        AddFields(document, "binaryData", encoded: true, source, owner, fields);
    }

    private static string Name(ManifestNode document)
    {
        ManifestNode? metadata = document.Find("metadata");
        string name = metadata?["name"] ?? document["name"] ?? "without name";
        string? scope = metadata?["namespace"] ?? document["mesh"];
        return scope is null ? name : $"{scope}/{name}";
    }

    private static void AddFields(ManifestNode document, string section, bool encoded, string source, string owner, List<EnvelopedMaterial> fields)
    {
        if (document.Find(section) is not { } data)
        {
            return;
        }

        // Kuma's own form has one value and no names.
        IEnumerable<KeyValuePair<string, ManifestNode>> values = data.Kind == ManifestNodeKind.Mapping ? data.Fields : [new(section, data)];
        foreach ((string name, ManifestNode value) in values)
        {
            if (value.Text is not { } text)
            {
                continue;
            }

            string field = $"{owner}, {name}";
            byte[] content = encoded ? ManifestValue.FromBase64(text, new(source, value.Line, value.Column), field) : Encoding.UTF8.GetBytes(text);

            // Other values (passwords, settings) are none of the reader's business.
            if (name is "tls.crt" or "tls.key" || MaterialReader.LooksLikeMaterial(content))
            {
                fields.Add(new($"{source}: {field}", content));
            }
        }
    }
}
