using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Content that should be certificates, requests or keys, and may be broken: a file, or a field of a secret.</summary>
/// <param name="source">Where it comes from, for messages.</param>
/// <param name="content">The bytes; they stay the caller's, who zeroes them.</param>
/// <remarks>No record: one would print the content.</remarks>
public sealed class RepairInput(string source, ReadOnlyMemory<byte> content)
{
    /// <summary>Where it comes from.</summary>
    public string Source { get; } = source;

    /// <summary>What the place demands: a certificate in <c>tls.crt</c>, a private key in <c>tls.key</c>; <see langword="null"/> where anything may stand.</summary>
    public MaterialKind? Expected { get; init; }

    /// <summary>
    /// The folder of a file: its certificate and its key must be a pair. <see langword="null"/> for the fields of one
    /// secret, and where there is but one place.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>
    /// The complaint about the base64 in which the field holds its value, if it is broken: the content then is that
    /// text, and decoding it is the first mend.
    /// </summary>
    public MeshException? EncodingFault { get; init; }

    /// <summary>What Kubernetes and the meshes demand of a file or field by its name.</summary>
    /// <param name="name">The name, for example <c>tls.crt</c>.</param>
    /// <returns>The kind, or <see langword="null"/> if anything may stand there.</returns>
    public static MaterialKind? ExpectedIn(string name) => name switch
    {
        "tls.crt" => MaterialKind.Certificate,
        "tls.key" => MaterialKind.PrivateKey,
        _ => null,
    };

    /// <summary>Whether a file or field of this name must be material, even if it does not look like it.</summary>
    /// <param name="name">The name, for example <c>ca.crt</c>.</param>
    /// <returns>Whether its ending says so.</returns>
    public static bool IsMaterialName(string name) =>
        Path.GetExtension(name).ToLowerInvariant() is ".crt" or ".cer" or ".csr" or ".crl" or ".der" or ".key" or ".pem" or ".req";

    internal ReadOnlyMemory<byte> GetContent() => content;
}
