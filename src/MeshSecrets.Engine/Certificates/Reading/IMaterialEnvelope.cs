namespace MeshSecrets.Certificates.Reading;

/// <summary>
/// A file format that carries certificates and keys in its fields. A mesh or platform implements it, so that the
/// reader knows none of them.
/// </summary>
public interface IMaterialEnvelope
{
    /// <summary>Whether a text looks like this format.</summary>
    /// <param name="text">The text, without a byte order mark.</param>
    /// <returns>Whether <see cref="Open"/> shall read it.</returns>
    bool Recognizes(ReadOnlySpan<byte> text);

    /// <summary>Takes the fields out that carry material.</summary>
    /// <param name="text">The text, without a byte order mark.</param>
    /// <param name="source">Where it comes from, for messages and the names of the fields.</param>
    /// <returns>The fields, in their order; not empty.</returns>
    /// <exception cref="MeshException">The text is broken or carries no material.</exception>
    IReadOnlyList<EnvelopedMaterial> Open(ReadOnlyMemory<byte> text, string source);
}
