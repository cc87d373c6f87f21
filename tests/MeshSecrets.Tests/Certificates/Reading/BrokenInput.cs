namespace MeshSecrets.Tests.Certificates.Reading;

/// <summary>A broken input: what it is, how it is read, and what the error must say.</summary>
/// <param name="Name">What is broken.</param>
/// <param name="Content">The bytes of the file <c>site.pem</c>.</param>
/// <param name="ErrorId">The error's stable identifier.</param>
/// <param name="Fragments">What the message must contain: what, where, what to do.</param>
internal sealed record BrokenInput(string Name, byte[] Content, string ErrorId, params string[] Fragments)
{
    internal const string Source = "site.pem";

    /// <summary>Which front door reads it.</summary>
    internal Door Door { get; init; } = Door.Any;

    /// <summary>The password given.</summary>
    internal string? Password { get; init; }

    internal BrokenInput(string name, string content, string errorId, params string[] fragments)
        : this(name, TestMaterial.Bytes(content), errorId, fragments)
    {
    }
}

/// <summary>The readers under test.</summary>
internal enum Door
{
    Any,
    Certificates,
    Request,
    PrivateKey,
}
