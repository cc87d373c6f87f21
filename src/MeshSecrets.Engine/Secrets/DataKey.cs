namespace MeshSecrets.Secrets;

/// <summary>The names of data keys that Kubernetes and the meshes agree on.</summary>
public static class DataKey
{
    /// <summary>A certificate, leaf first, then its intermediates (PEM).</summary>
    public const string Certificate = "tls.crt";

    /// <summary>The private key of the first certificate (PEM).</summary>
    public const string PrivateKey = "tls.key";

    /// <summary>What verifies the chain: the root or roots (PEM).</summary>
    public const string TrustBundle = "ca.crt";

    /// <summary>The only key of a secret with one value, as in Kuma.</summary>
    public const string Value = "value";
}
