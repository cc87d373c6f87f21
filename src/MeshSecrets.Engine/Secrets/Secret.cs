namespace MeshSecrets.Secrets;

/// <summary>A secret with its values. The one who holds it disposes it, which zeroes the values.</summary>
/// <param name="metadata">Everything but the values.</param>
/// <param name="data">The values, owned by this object from now on.</param>
public sealed class Secret(SecretMetadata metadata, SecretData data) : IDisposable
{
    /// <summary>Everything but the values.</summary>
    public SecretMetadata Metadata { get; } = metadata;

    /// <summary>Name and scope.</summary>
    public SecretId Id => Metadata.Id;

    /// <summary>The values. A method and no property, so that no serializer comes upon them.</summary>
    /// <returns>The values, owned by this object.</returns>
    public SecretData GetData() => data;

    /// <summary>Zeroes the values.</summary>
    public void Dispose() => data.Dispose();

    /// <summary>Identity and type, never a value.</summary>
    /// <returns>For example <c>mesh/default/my-cert (kubernetes.io/tls)</c>.</returns>
    public override string ToString() => $"{Id} ({Metadata.Type})";
}
