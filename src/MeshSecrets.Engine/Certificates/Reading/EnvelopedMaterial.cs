namespace MeshSecrets.Certificates.Reading;

/// <summary>A field of an envelope with its decoded content.</summary>
/// <param name="source">Where it is: <c>site.yaml: Secret default/site, tls.crt</c>.</param>
/// <param name="content">The content, owned by the reader from now on, which zeroes it.</param>
public sealed class EnvelopedMaterial(string source, byte[] content)
{
    /// <summary>Where it is.</summary>
    public string Source { get; } = source;

    /// <summary>The content. A method and no property, so that no serializer comes upon a key.</summary>
    /// <returns>The bytes, which the reader zeroes.</returns>
    internal byte[] GetContent() => content;
}
