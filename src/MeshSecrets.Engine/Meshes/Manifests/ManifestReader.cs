using System.Security.Cryptography;
using System.Text;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>
/// Reads manifests, object by object: YAML of one document or several, JSON of one value or several, and lists as
/// <c>kubectl get</c> writes them, entry by entry.
/// </summary>
/// <remarks>
/// No more is held than one object, whatever the text: an object has at most <see cref="MaxObjectSize"/> characters,
/// <see cref="MaxDepth"/> levels and <see cref="MaxNodes"/> fields and values. Anchors, aliases and tags are refused.
/// </remarks>
public static class ManifestReader
{
    /// <summary>Deeper than any manifest of the field, far shallower than the stack.</summary>
    internal const int MaxDepth = 64;

    /// <summary>The text of one object. A Secret holds 1 MiB of values, and etcd takes 1.5 MiB.</summary>
    internal const int MaxObjectSize = 8 * 1024 * 1024;

    /// <summary>A node takes far more memory than the two characters that it needs in the text.</summary>
    internal const int MaxNodes = 250_000;

    /// <summary>Reads the objects of a stream, each when it is asked for.</summary>
    /// <param name="stream">The text in UTF-8; it stays the caller's.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="broken">
    /// Takes the errors of single objects (<c>ManifestInvalid</c>: a field twice, an alias, no mapping), after which the
    /// next object is read; <see langword="null"/> to throw them. Where the text itself is broken, nothing can follow,
    /// and the error is always thrown.
    /// </param>
    /// <returns>The objects in their order, those of lists one by one.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>, <c>ManifestTooLarge</c>.</exception>
    public static IEnumerable<Manifest> Read(Stream stream, string source, Action<MeshException>? broken = null) =>
        Read(stream, source, linesBefore: null, broken);

    /// <summary>Reads the objects of a piece of a longer text, whose places are those of the whole.</summary>
    /// <param name="stream">The piece in UTF-8; it stays the caller's.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="linesBefore">The lines before the piece; <see langword="null"/> for a text that is no piece.</param>
    /// <param name="broken">As for the other overloads.</param>
    /// <returns>The objects in their order, those of lists one by one.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>, <c>ManifestTooLarge</c>.</exception>
    public static IEnumerable<Manifest> Read(Stream stream, string source, int? linesBefore, Action<MeshException>? broken)
    {
        using ManifestInput input = new(stream, source, linesBefore);
        using ManifestTokens tokens = input.IsJson ? new JsonTokens(input) : new YamlTokens(input);
        foreach (Manifest manifest in new ManifestAssembler(tokens, broken).Read())
        {
            yield return manifest;
        }
    }

    /// <summary>Reads the objects of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="broken">As for the other overload.</param>
    /// <returns>The objects in their order, those of lists one by one.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>, <c>ManifestTooLarge</c>.</exception>
    public static IEnumerable<Manifest> Read(string text, string source, Action<MeshException>? broken = null) =>
        Read(Encoding.UTF8.GetBytes(text), source, broken);

    /// <summary>Reads the objects of bytes, which it zeroes.</summary>
    internal static IEnumerable<Manifest> Read(byte[] text, string source, Action<MeshException>? broken = null)
    {
        try
        {
            using MemoryStream stream = new(text, writable: false);
            foreach (Manifest manifest in Read(stream, source, broken))
            {
                yield return manifest;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }
}
