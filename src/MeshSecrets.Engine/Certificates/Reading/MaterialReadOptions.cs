namespace MeshSecrets.Certificates.Reading;

/// <summary>How content is read.</summary>
/// <remarks>No record: one would print the password.</remarks>
public sealed class MaterialReadOptions
{
    /// <summary>No password, no envelopes, the default limit.</summary>
    public static MaterialReadOptions Default { get; } = new();

    /// <summary>Opens PKCS#12 files and encrypted private keys. The caller keeps and clears it.</summary>
    public ReadOnlyMemory<char> Password { internal get; init; }

    /// <summary>The most bytes that are read: 64 MiB, some fifty thousand certificates.</summary>
    public int MaxSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>Formats of other systems that carry material in their fields, for example Kubernetes manifests.</summary>
    public IReadOnlyList<IMaterialEnvelope> Envelopes { get; init; } = [];

    /// <summary>The same for the fields of an envelope: an envelope holds no envelopes.</summary>
    internal MaterialReadOptions ForFields() => new() { Password = Password, MaxSize = MaxSize };
}
