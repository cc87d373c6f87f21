using System.Security.Cryptography;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>Decodes the values of manifests.</summary>
internal static class ManifestValue
{
    /// <summary>The bytes of a base64 text.</summary>
    /// <param name="text">The text; white space in it is allowed, as folded YAML has it.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="field">The object and key, for the message.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="MeshException"><c>ManifestValueNotBase64</c> or <c>ManifestValueNotEncoded</c>.</exception>
    internal static byte[] FromBase64(string text, SourcePlace place, string field)
    {
        int padding = text.EndsWith("==", StringComparison.Ordinal) ? 2 : text.EndsWith('=') ? 1 : 0;
        byte[] content = new byte[(text.Length / 4 * 3) + 3 - padding - (text.Length % 4 == 0 ? 3 : 0)];
        if (Convert.TryFromBase64String(text, content, out int written))
        {
            return written == content.Length ? content : Shorten(content, written);
        }

        CryptographicOperations.ZeroMemory(content);

        throw text.Contains("-----BEGIN", StringComparison.Ordinal)
            ? ManifestErrors.ValueNotEncoded(place, field)
            : ManifestErrors.ValueNotBase64(place, field, ManifestErrors.Base64Fault(text));
    }

    /// <summary>Refuses a field that shall be a text and is a list or fields: it would be read as if it were not there.</summary>
    /// <param name="manifest">The object.</param>
    /// <param name="path">The names of the fields that lead there.</param>
    /// <exception cref="MeshException"><c>ManifestValueNotText</c>.</exception>
    internal static void EnsureText(Manifest manifest, params ReadOnlySpan<string> path)
    {
        if (manifest.Root.Find(path) is { } node && node.Kind != ManifestNodeKind.Scalar)
        {
            throw ManifestErrors.ValueNotText(new(manifest.Source, node.Line, node.Column), $"{manifest}, '{string.Join('.', path)}'");
        }
    }

    /// <summary>White space in the text made the content shorter than expected.</summary>
    private static byte[] Shorten(byte[] content, int length)
    {
        byte[] shortened = content[..length];
        CryptographicOperations.ZeroMemory(content);
        return shortened;
    }
}
