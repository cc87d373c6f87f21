using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Issuers;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Editing;

/// <summary>
/// A TLS key as a YAML document for an editor: labels, annotations and the PEM text of certificate, trust bundle and, on
/// demand, private key can be changed in it; all else is shown for orientation, and stays.
/// </summary>
/// <param name="current">The secret as it is; it stays the caller's.</param>
/// <param name="includePrivateKey">Whether the private key stands in the document.</param>
public sealed class TlsKeyDocument(Secret current, bool includePrivateKey)
{
    private const int CommentWidth = 100;

    private static readonly ImmutableArray<string> s_values = [DataKey.Certificate, DataKey.PrivateKey, DataKey.TrustBundle];
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The document as it is opened.</summary>
    /// <returns>UTF-8; the caller zeroes it.</returns>
    public byte[] Write()
    {
        ArrayBufferWriter<byte> document = new();
        Comment(document, $"{current.Id}: change labels, annotations, {DataKey.Certificate}, {DataKey.PrivateKey} and {DataKey.TrustBundle}, save, and close the editor. All else stays as it is.");
        Comment(document, "Nothing is written if nothing is changed; an empty file cancels.");
        if (!includePrivateKey)
        {
            Comment(document, $"{DataKey.PrivateKey} is not shown and stays as it is. Add it beside {DataKey.Certificate} to replace it.");
        }

        ManifestWriter.WriteYaml(ToManifest(), document);
        byte[] text = document.WrittenSpan.ToArray();
        document.Clear(); // Which zeroes it.
        return text;
    }

    /// <summary>A document that was refused, with the reason on top of it, for another try.</summary>
    /// <param name="text">The document as it was saved.</param>
    /// <param name="problem">Why it was refused.</param>
    /// <returns>UTF-8; the caller zeroes it.</returns>
    public static byte[] WithProblem(ReadOnlySpan<byte> text, string problem)
    {
        ArrayBufferWriter<byte> document = new();
        Comment(document, $"Not written: {problem}");
        document.Write("#\n"u8);

        // What the last try left on top has had its say.
        document.Write(text[ProblemLength(text)..]);
        byte[] written = document.WrittenSpan.ToArray();
        document.Clear();
        return written;
    }

    /// <summary>Whether nothing is left of a document but comments and white space.</summary>
    /// <param name="text">The document as it was saved.</param>
    /// <returns>Whether the one who edited it gave up.</returns>
    public static bool IsEmpty(ReadOnlySpan<byte> text)
    {
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].Trim(" \t\r"u8);
            if (!line.IsEmpty && !line.StartsWith("#"u8) && !line.SequenceEqual("---"u8))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The secret that a document asks for.</summary>
    /// <param name="text">The document as it was saved.</param>
    /// <returns>The secret with the current resource version, to be disposed by the caller; <see langword="null"/> if it is the one that is there.</returns>
    /// <exception cref="MeshException"><c>EditNotPermitted</c>, <c>ManifestInvalid</c>, and what is wrong with certificate and key.</exception>
    public Secret? Read(byte[] text)
    {
        Manifest manifest = ReadManifest(text);
        EnsurePermitted(manifest);
        SecretData data = current.GetData().Clone();
        try
        {
            Apply(manifest, data);
            bool sameValues = data.ContentEquals(current.GetData());
            if (sameValues && manifest.Labels.SequenceEqual(current.Metadata.Labels) && manifest.Annotations.SequenceEqual(current.Metadata.Annotations))
            {
                data.Dispose();
                return null;
            }

            SecretMetadata metadata = current.Metadata with { Labels = manifest.Labels, Annotations = manifest.Annotations };
            if (!sameValues)
            {
                EnsurePair(data);

                // What is known of how it was issued is not true of another certificate.
                metadata = TlsKeySecret.Describe(metadata with { Annotations = IssuanceRecord.RemoveFrom(metadata.Annotations) }, data);
            }

            return new Secret(metadata, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static void Comment(ArrayBufferWriter<byte> document, string text)
    {
        StringBuilder line = new("#");
        foreach (string word in text.Split((char[])[' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 1 && line.Length + word.Length >= CommentWidth)
            {
                Encoding.UTF8.GetBytes(line.Append('\n').ToString(), document);
                line.Clear().Append('#');
            }

            line.Append(' ').Append(word);
        }

        Encoding.UTF8.GetBytes(line.Append('\n').ToString(), document);
    }

    /// <summary>The bytes of an earlier problem on top: its comment up to the bare mark.</summary>
    private static int ProblemLength(ReadOnlySpan<byte> text)
    {
        int end = text.StartsWith("# Not written:"u8) ? text.IndexOf("\n#\n"u8) : -1;
        return end < 0 ? 0 : end + 3;
    }

    private static Manifest ReadManifest(byte[] text)
    {
        using MemoryStream stream = new(text, writable: false);
        Manifest[] found = [.. ManifestReader.Read(stream, "the document").Take(2)];
        return found is [{ } only] ? only : throw EditErrors.NotOneDocument();
    }

    private Manifest ToManifest()
    {
        SecretMetadata metadata = current.Metadata;
        Manifest manifest = Manifest.Create("v1", "Secret", metadata.Id.Name, metadata.Id.Namespace, metadata.Labels, metadata.Annotations);
        manifest.Root.Set("type", ManifestNode.String(metadata.Type));
        ManifestNode values = ManifestNode.Mapping();
        foreach (string key in Shown())
        {
            values.Set(key, ManifestNode.String(s_strictUtf8.GetString(current.GetData().GetValue(key).Span)));
        }

        manifest.Root.Set("stringData", values);
        return manifest;
    }

    private IEnumerable<string> Shown() => s_values
        .Where(key => current.GetData().TryGetValue(key, out _) && (includePrivateKey || key != DataKey.PrivateKey));

    private void EnsurePermitted(Manifest manifest)
    {
        SecretMetadata metadata = current.Metadata;
        if (manifest.ApiVersion != "v1" || manifest.Root["kind"] != "Secret" || manifest.Root["type"] != metadata.Type)
        {
            throw EditErrors.NotPermitted("apiVersion, kind or type", "A secret never changes its type.");
        }

        if (manifest.Name != metadata.Id.Name || manifest.Namespace != metadata.Id.Namespace)
        {
            throw EditErrors.NotPermitted("name or namespace", "Copy it instead: Copy-MeshSecret.");
        }

        EnsureOnly(manifest.Root, "the document", "apiVersion", "kind", "metadata", "type", "stringData");
        EnsureOnly(manifest.Root.Find("metadata"), "metadata", "name", "namespace", "labels", "annotations");
        EnsureOnly(manifest.Root.Find("stringData"), "stringData", [.. s_values]);
        EnsureTexts(manifest, "metadata", "labels");
        EnsureTexts(manifest, "metadata", "annotations");
        EnsureTexts(manifest, "stringData");
    }

    private static void EnsureOnly(ManifestNode? node, string place, params string[] fields)
    {
        if (node?.Fields.Select(field => field.Key).Except(fields).FirstOrDefault() is { } other)
        {
            throw EditErrors.NotPermitted($"'{other}' in {place}", $"There can be: {string.Join(", ", fields)}.");
        }
    }

    private static void EnsureTexts(Manifest manifest, params string[] path)
    {
        ManifestNode? section = manifest.Root.Find(path);
        if (section is not (null or { Kind: ManifestNodeKind.Mapping } or { Kind: ManifestNodeKind.Scalar, Text: null }))
        {
            throw EditErrors.NoText(string.Join('.', path));
        }

        foreach ((string name, ManifestNode value) in section?.Fields ?? [])
        {
            if (value.Kind != ManifestNodeKind.Scalar || value.Text is null)
            {
                throw EditErrors.NoText($"{string.Join('.', path)}.{name}");
            }
        }
    }

    private void Apply(Manifest manifest, SecretData data)
    {
        ManifestNode? values = manifest.Root.Find("stringData");
        foreach (string key in s_values)
        {
            if (values?[key] is { } text)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                data.Set(key, bytes);
                CryptographicOperations.ZeroMemory(bytes);
            }
            else if (key == DataKey.TrustBundle)
            {
                data.Remove(key);
            }
            else if (key == DataKey.Certificate || includePrivateKey)
            {
                throw EditErrors.NotPermitted($"'{key}', which is gone", $"A TLS key needs {DataKey.Certificate} and {DataKey.PrivateKey}; remove it with Remove-MeshTlsKey.");
            }
        }
    }

    /// <summary>Certificate, key and what verifies them must belong together, as for a TLS key from files.</summary>
    private void EnsurePair(SecretData data)
    {
        SourceContent? roots = data.TryGetValue(DataKey.TrustBundle, out ReadOnlyMemory<byte> bundle) ? new(bundle, DataKey.TrustBundle) : null;
        using TlsKeyMaterial material = TlsKeyMaterial.Read(
            new SourceContent(data.GetValue(DataKey.Certificate), DataKey.Certificate),
            new SourceContent(data.GetValue(DataKey.PrivateKey), includePrivateKey ? DataKey.PrivateKey : $"{DataKey.PrivateKey} of {current.Id}"),
            roots,
            MaterialReadOptions.Default);
    }
}
