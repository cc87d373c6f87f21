using MeshSecrets.Meshes.Istio.Resources;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Istio.Rules.GatewaySubject;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>Rules for Gateways.</summary>
internal static class GatewayResourceRules
{
    internal static MeshRule ServerIncomplete { get; } = new(
        "IstioGatewayServerIncomplete",
        RuleSeverity.Error,
        "istiod's webhook refuses the Gateway.",
        "Give each server a port with number, name and protocol, and at least one host: New-MeshGateway does so.",
        "istio/istio pkg/config/validation/validation.go validateServer",
        Server((server, _) => !server.Hosts.Any() ? "has no host"
            : server.Node.Find("port") is not { } port ? "has no port"
            : string.IsNullOrEmpty(port["name"]) ? "has a port without name"
            : null));

    internal static MeshRule PortNameTwice { get; } = new(
        "IstioGatewayPortNameTwice",
        RuleSeverity.Error,
        "istiod's webhook refuses the Gateway: port names in servers must be unique.",
        "Name each server's port otherwise, as https-shop.",
        "istio/istio pkg/config/validation/validation.go ValidateGateway",
        subject => from same in ServersOf(subject.Resource).GroupBy(server => server.Node.Find("port")?["name"])
                   where same.Key is not null && same.Skip(1).Any()
                   select $"{same.Count()} servers have a port of the name '{same.Key}'");

    internal static MeshRule TlsMisplaced { get; } = new(
        "IstioGatewayTlsMisplaced",
        RuleSeverity.Error,
        "istiod's webhook refuses the Gateway: server must have TLS settings for HTTPS/TLS protocols, and none for others but httpsRedirect.",
        "Add tls to a server of HTTPS or TLS, or change its protocol: New-MeshGateway.",
        "istio/istio pkg/config/validation/validation.go validateServer",
        Server((server, _) => server.Node.Find("port")?["protocol"]?.ToUpperInvariant() is not { } protocol ? null
            : protocol is "HTTPS" or "TLS" ? server.Tls is null ? $"has the protocol {protocol} and no tls" : null
            : server.Tls is { } tls && server.Mode is not "PASSTHROUGH" ? $"has the protocol {protocol} and tls in mode {tls["mode"]}" : null));

    internal static MeshRule IstioMutualCredential { get; } = new(
        "IstioGatewayIstioMutualCredential",
        RuleSeverity.Error,
        "istiod's webhook refuses the Gateway: ISTIO_MUTUAL TLS cannot have associated credentialName; the mode has the mesh's own certificates.",
        "Leave the credential out, or choose MUTUAL.",
        Validation,
        Server((server, _) => server is { Mode: TlsMode.IstioMutual, Tls: { } tls } && (HasText(tls, "credentialName", "serverCertificate", "privateKey", "caCertificates") || tls.Find("credentialNames") is { Entries.Count: > 0 } || tls.Find("tlsCertificates") is { Entries.Count: > 0 })
            ? "has the mode ISTIO_MUTUAL and a certificate of its own" : null));

    internal static MeshRule SeveralSources { get; } = new(
        "IstioGatewaySeveralSources",
        RuleSeverity.Error,
        "istiod's webhook refuses the Gateway: only one of credential_name, credential_names, server_certificate/private_key, tls_certificates should be specified.",
        "Keep one of them.",
        Validation,
        Server((server, _) => server.Tls is { } tls && server.Mode is not TlsMode.IstioMutual && CountSources(tls) is > 1 and int count ? $"names its certificate in {count} ways" : null));

    internal static MeshRule CertificateMissing { get; } = new(
        "IstioGatewayCertificateMissing",
        RuleSeverity.Error,
        "istiod's webhook refuses the Gateway: TLS requires a server certificate, and MUTUAL a client CA bundle.",
        "Name a secret in credentialName: Get-MeshTlsKey | New-MeshGateway.",
        Validation,
        Server((server, _) => server is { Tls: { } tls, Mode: TlsMode.Simple or TlsMode.Mutual or "OPTIONAL_MUTUAL" } && !HasText(tls, "credentialName") && tls.Find("credentialNames") is not { Entries.Count: > 0 }
            ? CountSources(tls) == 0 ? $"has the mode {server.Mode} and no certificate" : server.AsksForClients && !HasText(tls, "caCertificates") ? $"has the mode {server.Mode} and no CA for clients" : null
            : null));

    internal static MeshRule PassthroughCertificate { get; } = new(
        "IstioGatewayPassthroughCertificate",
        RuleSeverity.Warning,
        "In this mode TLS passes through and the certificate is ignored: the workload behind must have one.",
        "Leave the certificate out, or choose SIMPLE.",
        Validation,
        Server((server, _) => server is { Tls: { } tls, Mode: TlsMode.Passthrough or "AUTO_PASSTHROUGH" } && (HasText(tls, "credentialName", "serverCertificate", "privateKey", "caCertificates", "caCrl") || tls.Find("credentialNames") is { Entries.Count: > 0 })
            ? $"has the mode {server.Mode} and a certificate" : null));

    internal static MeshRule CrlBesideCredential { get; } = new(
        "IstioGatewayCrlBesideCredential",
        RuleSeverity.Error,
        "istiod's webhook refuses the Gateway, or reads no list: CRL is not supported with credentialName. CRL has to be specified in the credential.",
        "Put the list into the secret, as ca.crl.",
        Validation,
        Server((server, _) => server.Tls is { } tls && HasText(tls, "caCrl") && HasText(tls, "credentialName") ? "has caCrl and credentialName" : null));

    internal static MeshRule TlsVersion { get; } = new(
        "IstioGatewayTlsVersion",
        RuleSeverity.Warning,
        "TLS below 1.2 is broken, and works only with cipherSuites of its own: by default none fits any more.",
        "Set minProtocolVersion to TLSV1_2 or TLSV1_3: New-MeshGateway -MinProtocolVersion.",
        $"{Validation}; RFC 8996",
        Server((server, _) => server.Tls?["minProtocolVersion"] is "TLSV1_0" or "TLSV1_1" ? $"allows {server.Tls["minProtocolVersion"]}" : null));

    internal static MeshRule HostAny { get; } = new(
        "IstioGatewayHostAny",
        RuleSeverity.Advice,
        "Works. Whatever name a client asks for, it gets this certificate, and refuses it unless it is one of its names; other Gateways' hosts on the port are taken, too.",
        "Name the hosts: New-MeshGateway takes those of the certificate.",
        "https://istio.io/latest/docs/reference/config/networking/gateway/",
        Server((server, _) => server.Credentials.Any() && server.Hosts.Contains("*") ? "has the host *" : null));

    internal static MeshRule SecretMissing { get; } = new(
        "IstioGatewaySecretMissing",
        RuleSeverity.Error,
        "The listener waits for its certificate, and connections are reset; istiod logs 'secret not found', istioctl analyze a reference that is not found.",
        "Write the secret into the namespace of the gateway's pods: New-MeshTlsKey, Export-MeshSecret.",
        $"{Credentials} GetCertInfo; https://github.com/istio/istio/issues/43891",
        subject => !KnowsSecrets(subject) ? []
            : from reference in References(subject.Resource)
              where !FindSecrets(subject, reference.Name, reference.Namespace).Any()
              select $"{reference.Field} names {reference.Name}, and there is no such secret");

    internal static MeshRule SecretElsewhere { get; } = new(
        "IstioGatewaySecretElsewhere",
        RuleSeverity.Warning,
        "istiod gives a proxy secrets of the proxy's own namespace alone. If the gateway's pods run where the Gateway stands, it gets none.",
        "Copy the secret into the namespace of the gateway's pods: Copy-MeshSecret -DestinationNamespace.",
        "istio/istio pilot/pkg/xds/sds.go filterAuthorizedResources",
        subject => from server in ServersOf(subject.Resource)
                   from credential in server.Credentials
                   where credential.Reference.Namespace is null && subject.Resource?.Namespace is not null
                   let found = FindSecrets(subject, credential.Reference.Name, place: null).Select(other => other.Secret!.Id.Namespace).ToArray()
                   where found.Length > 0 && Array.TrueForAll(found, place => place is not null && place != subject.Resource!.Namespace)
                   select $"{credential.Field} names {credential.Reference.Name}, which stands in {string.Join(", ", found)}, not in {subject.Resource!.Namespace}");

    /// <summary>The secrets that a Gateway names, Istio's or that of Kubernetes' Gateway API.</summary>
    private static IEnumerable<(string Field, string Name, string? Namespace)> References(Manifest? resource) =>
        IsGatewayApi(resource)
            ? new GatewayApiKind().FindUses(resource!).Select(use => (use.Field, use.SecretName, use.Namespace))
            : ServersOf(resource).SelectMany(server => server.Credentials).Select(credential => (credential.Field, credential.Reference.Name, credential.Reference.Namespace));

    private static int CountSources(ManifestNode tls) =>
        (HasText(tls, "serverCertificate") && HasText(tls, "privateKey") ? 1 : 0)
        + (HasText(tls, "credentialName") ? 1 : 0)
        + (tls.Find("credentialNames") is { Entries.Count: > 0 } ? 1 : 0)
        + (tls.Find("tlsCertificates") is { Entries.Count: > 0 } ? 1 : 0);
}
