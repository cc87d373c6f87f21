using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>Makes Istio's DestinationRule with TLS. What istiod's validation refuses, or ignores, is refused here (pkg/config/validation/agent/validation.go, ValidateTLS).</summary>
public static class DestinationRuleResource
{
    /// <summary>Makes the resource.</summary>
    /// <param name="order">What it shall be.</param>
    /// <returns>The resource.</returns>
    /// <exception cref="MeshException"><c>IstioSettingsConflict</c>, <c>IstioClientCaMissing</c>, <c>IstioNameInvalid</c>.</exception>
    public static Manifest Create(DestinationRuleOrder order)
    {
        IstioSettings.EnsureLabel("DestinationRule", order.Name);
        Check(order);
        ManifestNode tls = ManifestNode.Mapping(
            ("mode", ManifestNode.String(order.Mode)),
            ("credentialName", ManifestNode.String(order.Credential?.Name)),
            ("clientCertificate", ManifestNode.String(order.ClientCertificate)),
            ("privateKey", ManifestNode.String(order.PrivateKey)),
            ("caCertificates", ManifestNode.String(order.CaCertificates)),
            ("sni", ManifestNode.String(order.Sni)),
            ("subjectAltNames", IstioSettings.Texts(order.SubjectAltNames)));
        ManifestNode policy = order.Port is { } port
            ? ManifestNode.Mapping(("portLevelSettings", ManifestNode.Sequence(ManifestNode.Mapping(
                ("port", ManifestNode.Mapping(("number", ManifestNode.Number(port)))),
                ("tls", tls)))))
            : ManifestNode.Mapping(("tls", tls));
        ManifestNode? selector = order.WorkloadSelector.IsEmpty ? null : ManifestNode.Mapping(("matchLabels", IstioSettings.Labels(order.WorkloadSelector)));
        Manifest rule = Manifest.Create("networking.istio.io/v1", "DestinationRule", order.Name, order.Namespace);
        rule.Root.Set("spec", ManifestNode.Mapping(
            ("host", ManifestNode.String(order.Host)),
            ("trafficPolicy", policy),
            ("workloadSelector", selector)));
        return rule;
    }

    private static void Check(DestinationRuleOrder order)
    {
        string[] files = [.. new[] { order.ClientCertificate, order.PrivateKey, order.CaCertificates }.OfType<string>()];
        bool isOwn = order.Mode is TlsMode.Simple or TlsMode.Mutual;
        if (!isOwn && (files.Length > 0 || order.Credential is not null))
        {
            throw IstioErrors.SettingsConflict($"in mode {order.Mode} clients have no certificate or CA of their own", "Leave credential and files out, or choose SIMPLE or MUTUAL.");
        }

        if (order.Credential is not null && files.Length > 0)
        {
            throw IstioErrors.SettingsConflict("a credential and files at once", "Give either the credential, or the files of the proxy.");
        }

        if (order.Mode == TlsMode.Mutual && order.Credential is null && (order.ClientCertificate is null || order.PrivateKey is null))
        {
            throw IstioErrors.SettingsConflict("in mode MUTUAL clients need a certificate and its key", "Give a TLS key, -CredentialName, or -ClientCertificate with -PrivateKey.");
        }

        if (order.Credential is { HasCa: false } credential)
        {
            throw IstioErrors.ClientCaMissing(credential.Name, order.Mode);
        }
    }
}
