namespace MeshSecrets.Meshes.Istio;

/// <summary>The names that Istio gives to its secrets and to their data keys (security/pkg/pki/ca/ca.go).</summary>
internal static class IstioNames
{
    /// <summary>Where istiod runs unless it was told otherwise.</summary>
    internal const string Namespace = "istio-system";

    /// <summary>The secret with the authority that somebody plugged in.</summary>
    internal const string Cacerts = "cacerts";

    /// <summary>The secret with the root that istiod made itself.</summary>
    internal const string CaSecret = "istio-ca-secret";

    /// <summary>The type of a secret with a root that istiod made itself.</summary>
    internal const string CaSecretType = "istio.io/ca-root";

    /// <summary>The config map, in each namespace, with what workloads trust.</summary>
    internal const string CaRootCert = "istio-ca-root-cert";

    internal const string CaCert = "ca-cert.pem";
    internal const string CaKey = "ca-key.pem";
    internal const string RootCert = "root-cert.pem";
    internal const string CertChain = "cert-chain.pem";
    internal const string CaCrl = "ca-crl.pem";

    /// <summary>A workload's key; empty in a secret that istiod made for an authority.</summary>
    internal const string WorkloadKey = "key.pem";

    /// <summary>The empty data key that marks a cacerts that istiod made itself.</summary>
    internal const string Generated = "istio-generated";
}
