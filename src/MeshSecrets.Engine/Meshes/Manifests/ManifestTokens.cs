using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>A text taken apart, token by token, without holding more of it than a token and a buffer.</summary>
internal abstract class ManifestTokens(ManifestInput input) : IDisposable
{
    /// <summary>Where the text comes from.</summary>
    internal string Source => Input.Source;

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

    /// <summary>The lines before the text, if it is a piece of a stream.</summary>
    private protected int LinesBefore => Input.LinesBefore;

    /// <summary>The text.</summary>
    private protected ManifestInput Input { get; } = input;

    /// <summary>The error of a text of which nothing more can be read; it says so.</summary>
    internal MeshException Broken(SourcePlace place, string what) => ManifestErrors.Invalid(
        place, $"{what}. What follows it {(Input.IsPiece ? "up to the next line or text that begins with '---'" : "in the same text")} was not read");

    /// <summary>Reads the next token.</summary>
    /// <returns>Its kind.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>, if the text itself is broken; <c>ManifestTooLarge</c>. No further token can be read then.</exception>
    internal abstract ManifestToken Read();

    /// <summary>From here on the size of an object is counted.</summary>
    internal abstract void BeginObject();

    public abstract void Dispose();
}
