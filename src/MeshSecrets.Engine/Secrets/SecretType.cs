namespace MeshSecrets.Secrets;

/// <summary>The types of secrets that the product itself writes; a store keeps any other type as it came.</summary>
public static class SecretType
{
    /// <summary>Anything; the default, as in Kubernetes.</summary>
    public const string Opaque = "Opaque";

    /// <summary>A certificate chain and its key in <c>tls.crt</c> and <c>tls.key</c> (PEM), optionally the trust bundle in <c>ca.crt</c>.</summary>
    public const string Tls = "kubernetes.io/tls";

    /// <summary>The token of a service account, which one cluster made and which no other takes.</summary>
    public const string ServiceAccountToken = "kubernetes.io/service-account-token";

    /// <summary>A certificate authority of the embedded issuer: <c>tls.crt</c> and <c>tls.key</c> as above, its issuer's chain up to the root in <c>ca.crt</c>, its policy in annotations.</summary>
    public const string CertificateAuthority = "meshsecrets.io/ca";

    /// <summary>A resource of a mesh, kept beside the secrets that it uses; what it asks for is in <c>resource.yaml</c>.</summary>
    public const string Resource = "meshsecrets.io/resource";
}
