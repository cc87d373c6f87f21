using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Repairing;

/// <summary>Takes the values out of an object, broken ones too, and has them examined together.</summary>
internal static class ManifestFields
{
    private sealed record Field(string Key, ManifestNode Node, bool IsEncoded, byte[] Content, MeshException? Fault);

    internal static IReadOnlyList<RepairedField> Examine(Manifest manifest, int group, MaterialReadOptions? options, CancellationToken cancellationToken)
    {
        if (manifest.Kind is not ("Secret" or "GlobalSecret" or "ConfigMap" or ""))
        {
            return [];
        }

        bool isConfig = manifest.Kind == "ConfigMap";
        List<Field> fields =
        [
            .. Take(manifest, "data", isEncoded: !isConfig),
            .. Take(manifest, "stringData", isEncoded: false),
            .. Take(manifest, "binaryData", isEncoded: true),
        ];
        try
        {
            IReadOnlyList<RepairReport> reports = MaterialRepair.Examine([.. fields.Select(field => ToInput(manifest, field))], options, cancellationToken);
            return [.. fields.Zip(reports, (field, report) => new RepairedField(manifest, group, field.Key, field.Node, field.IsEncoded, report))];
        }
        finally
        {
            fields.ForEach(field => CryptographicOperations.ZeroMemory(field.Content));
        }
    }

    private static RepairInput ToInput(Manifest manifest, Field field) => new($"{manifest.Source}: {Owner(manifest)}, {field.Key}", field.Content)
    {
        Expected = RepairInput.ExpectedIn(field.Key),
        EncodingFault = field.Fault,
    };

    /// <summary>Kind and name; what names no kind, as consoles show it for editing, is taken for a Secret.</summary>
    private static string Owner(Manifest manifest) => manifest.Kind.Length > 0 ? manifest.ToString() : $"Secret {manifest.ToString()["object ".Length..]}";

    /// <summary>Values that are something else (passwords, settings) are none of the repair's business.</summary>
    private static IEnumerable<Field> Take(Manifest manifest, string section, bool isEncoded)
    {
        ManifestNode? data = manifest.Root.Find(section);

        // Kuma's own form has one value and no names.
        IEnumerable<KeyValuePair<string, ManifestNode>> values = data?.Kind == ManifestNodeKind.Mapping ? data.Fields : data is null ? [] : [new(section, data)];
        return values.Where(pair => pair.Value.Text is not null)
            .Select(pair => Read(manifest, pair.Key, pair.Value, isEncoded))
            .Where(field => field.Fault is not null || RepairInput.IsMaterialName(field.Key) || MaterialReader.LooksLikeMaterial(field.Content));
    }

    private static Field Read(Manifest manifest, string key, ManifestNode node, bool isEncoded)
    {
        string text = node.Text!;
        if (!isEncoded)
        {
            return new(key, node, isEncoded, Encoding.UTF8.GetBytes(text), Fault: null);
        }

        try
        {
            return new(key, node, isEncoded, ManifestValue.FromBase64(text, new(manifest.Source, node.Line, node.Column), $"{Owner(manifest)}, {key}"), Fault: null);
        }
        catch (MeshException fault)
        {
            return new(key, node, isEncoded, Encoding.UTF8.GetBytes(text), fault);
        }
    }
}
