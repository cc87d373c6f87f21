using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Istio.Resources;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Istio.Rules.GatewaySubject;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>Rules for the TLS of DestinationRules.</summary>
internal static class DestinationRules
{
    private const string ValidateTls = "istio/istio pkg/config/validation/agent/validation.go ValidateTLS";

    internal static MeshRule CredentialAndFiles { get; } = new(
        "IstioDestinationCredentialAndFiles",
        RuleSeverity.Error,
        "istiod's webhook refuses the rule: cannot specify client certificates or CA certificate or CA CRL If credentialName is set.",
        "Keep either the credential or the files.",
        ValidateTls,
        Client((tls, _) => tls["mode"] is TlsMode.Simple or TlsMode.Mutual && HasText(tls, "credentialName") && HasText(tls, "clientCertificate", "privateKey", "caCertificates", "caCrl")
            ? "has credentialName and files" : null));

    internal static MeshRule MutualIncomplete { get; } = new(
        "IstioDestinationMutualIncomplete",
        RuleSeverity.Error,
        "istiod's webhook refuses the rule: client certificate, and private key, required for mutual tls.",
        "Name a secret in credentialName, or both files: New-MeshDestinationRule -Mode MUTUAL.",
        ValidateTls,
        Client((tls, _) => tls["mode"] is TlsMode.Mutual && !HasText(tls, "credentialName") && !(HasText(tls, "clientCertificate") && HasText(tls, "privateKey")) ? "has the mode MUTUAL and no certificate with its key" : null));

    internal static MeshRule IstioMutualFields { get; } = new(
        "IstioDestinationIstioMutualFields",
        RuleSeverity.Warning,
        "In this mode the mesh's own certificates are used, and what is set is ignored.",
        "Leave credential and files out, or choose MUTUAL.",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings",
        Client((tls, _) => tls["mode"] is TlsMode.IstioMutual && HasText(tls, "credentialName", "clientCertificate", "privateKey", "caCertificates") ? "has the mode ISTIO_MUTUAL and a credential or files" : null));

    internal static MeshRule NotVerified { get; } = new(
        "IstioDestinationNotVerified",
        RuleSeverity.Warning,
        "The server is not verified: whoever stands between reads and changes everything. With a CA or names set beside it, istiod's webhook refuses the rule.",
        "Remove insecureSkipVerify, and give the CA of the server: New-MeshDestinationRule -CredentialName.",
        ValidateTls,
        Client((tls, _) => tls["insecureSkipVerify"] is "true" ? "has insecureSkipVerify" : null));

    internal static MeshRule SecretMissing { get; } = new(
        "IstioDestinationSecretMissing",
        RuleSeverity.Error,
        "Proxies wait for the credential, and their connections to the host fail.",
        "Write the secret into the namespace of the clients: New-MeshTlsKey, Export-MeshSecret.",
        $"{Credentials} GetCertInfo, GetCaCert",
        Client((tls, subject) => KnowsSecrets(subject) && CredentialReference.Parse(tls["credentialName"]) is { } reference
            && !FindSecrets(subject, reference.Name, reference.Namespace).Any() && (tls["mode"] is TlsMode.Mutual || !FindSecrets(subject, reference.CaName, reference.Namespace).Any())
            ? $"names {reference.Name}, and there is no such secret" : null));

    internal static MeshRule ClientAuth { get; } = new(
        "IstioDestinationClientAuth",
        RuleSeverity.Error,
        "The server refuses a client whose certificate is not for clients.",
        "Issue it anew for clients: New-MeshTlsKey -Profile Client.",
        "RFC 5280 section 4.2.1.12",
        Client((tls, subject) => tls["mode"] is TlsMode.Mutual && CredentialReference.Parse(tls["credentialName"]) is { } reference
            && FindSecrets(subject, reference.Name, reference.Namespace).FirstOrDefault(other => other.Certificate is { ExtendedKeyUsages: { IsEmpty: false } usages } && !usages.Contains(Oids.ClientAuth) && !usages.Contains(Oids.AnyExtendedKeyUsage)) is { } found
            ? $"names {reference.Name}, whose certificate has extended key usages without clientAuth ({found.Target})" : null));
}
