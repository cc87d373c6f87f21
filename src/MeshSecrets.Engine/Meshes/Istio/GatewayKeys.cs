namespace MeshSecrets.Meshes.Istio;

/// <summary>The names of a gateway's credential and of its data keys, besides those of Kubernetes (pilot/pkg/credentials/kube/secrets.go).</summary>
internal static class GatewayKeys
{
    internal const string GenericCertificate = "cert";
    internal const string GenericKey = "key";
    internal const string GenericCa = "cacert";
    internal const string GenericCrl = "crl";
    internal const string Crl = "ca.crl";
    internal const string OcspStaple = "tls.ocsp-staple";

    /// <summary>Ends the name of the secret in which what clients are verified by is looked for first.</summary>
    internal const string CaSuffix = "-cacert";
}
