namespace MeshSecrets;

/// <summary>What can be said of a private key without showing it.</summary>
public sealed class MeshKeyInfo
{
    internal MeshKeyInfo(string source, string format, string? keyAlgorithm, string? publicKeyThumbprint)
    {
        Source = source;
        Format = format;
        KeyAlgorithm = keyAlgorithm;
        PublicKeyThumbprint = publicKeyThumbprint;
    }

    /// <summary>Where it was found.</summary>
    public string Source { get; }

    /// <summary>How it is encoded.</summary>
    public string Format { get; }

    /// <summary>The kind of key; nothing if it is encrypted.</summary>
    public string? KeyAlgorithm { get; }

    /// <summary>SHA-256 of the public key, by which certificate, request and key are matched; nothing if it is encrypted.</summary>
    public string? PublicKeyThumbprint { get; }
}
