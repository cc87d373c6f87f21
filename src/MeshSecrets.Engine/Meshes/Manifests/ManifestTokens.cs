using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>A text taken apart, token by token, without holding more of it than a token and a buffer.</summary>
internal abstract class ManifestTokens(string source) : IDisposable
{
    /// <summary>Where the text comes from.</summary>
    internal string Source { get; } = source;

    /// <summary>The text of a scalar; <see langword="null"/> for null.</summary>
    internal string? Text { get; private protected set; }

    /// <summary>Whether a scalar is a string for certain.</summary>
    internal bool IsString { get; private protected set; }

    /// <summary>What the last token has that is not read (an anchor, a tag, broken Unicode), or <see langword="null"/>. The text goes on after it.</summary>
    internal string? Fault { get; private protected set; }

    /// <summary>Where the last token stands.</summary>
    internal int Line { get; private protected set; }

    /// <summary>Where the last token stands, counted from 1.</summary>
    internal int Column { get; private protected set; }

    /// <summary>The place of the last token.</summary>
    internal SourcePlace Place => new(Source, Line, Column);

    /// <summary>Reads the next token.</summary>
    /// <returns>Its kind.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>, if the text itself is broken; <c>ManifestTooLarge</c>. No further token can be read then.</exception>
    internal abstract ManifestToken Read();

    /// <summary>From here on the size of an object is counted.</summary>
    internal abstract void BeginObject();

    public abstract void Dispose();
}
