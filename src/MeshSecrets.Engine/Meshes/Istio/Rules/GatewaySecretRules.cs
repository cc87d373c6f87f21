using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Meshes.Istio.Resources;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using static MeshSecrets.Meshes.Istio.Rules.GatewaySubject;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>Rules for the credential of a gateway.</summary>
internal static class GatewaySecretRules
{
    internal static MeshRule KeysMissing { get; } = new(
        "IstioGatewayKeysMissing",
        RuleSeverity.Error,
        "The listener gets no certificate, and connections are reset: found secret, but didn't have expected keys (cert and key) or (tls.crt and tls.key).",
        "Write it with the names of Kubernetes: Export-MeshSecret -Form IstioGateway, or kubectl create secret tls.",
        $"{Credentials} ExtractCertInfo",
        Credential((secret, subject) =>
        {
            bool needsPair = secret.Metadata.Type == SecretType.Tls || FindServers(subject, secret).Any(use => !use.AsCa);
            return IsCaName(secret) || HasPair(secret) || (HasCa(secret) && !needsPair)
                ? null
                : $"the secret has neither cert and key nor tls.crt and tls.key with values; it has: {string.Join(", ", secret.GetData().Keys)}";
        }));

    internal static MeshRule BothNames { get; } = new(
        "IstioGatewayBothNames",
        RuleSeverity.Warning,
        "Istio reads cert and key, and never looks at tls.crt and tls.key beside them: a renewal of these is not seen.",
        "Remove the data keys that are not meant.",
        $"{Credentials} ExtractCertInfo",
        Credential((secret, _) => !IstioAuthority.IsBlank(secret, GatewayKeys.GenericCertificate) && !IstioAuthority.IsBlank(secret, GatewayKeys.GenericKey) && !IstioAuthority.IsBlank(secret, DataKey.Certificate)
            ? "the secret has cert and key, and tls.crt as well" : null));

    internal static MeshRule KeyMismatch { get; } = new(
        "IstioGatewayKeyMismatch",
        RuleSeverity.Error,
        "Envoy refuses the pair (KEY_VALUES_MISMATCH) and keeps what it had; a new gateway refuses connections.",
        "Put the key that belongs to the certificate beside it, or renew both together: Invoke-MeshCertRotation.",
        "Envoy source/common/tls; https://github.com/envoyproxy/gateway/pull/9480",
        Leaf((leaf, subject) => subject.Key is { } key && !PublicKeyInfo.SameKey(key.SubjectPublicKeyInfo.Span, leaf.SubjectPublicKeyInfo.Span) ? "has another public key than the private key beside it" : null));

    internal static MeshRule LeafFirst { get; } = new(
        "IstioGatewayLeafFirst",
        RuleSeverity.Error,
        "Envoy takes the first certificate for the gateway's own, whose key is another one, and refuses it.",
        "Put the gateway's certificate first, then each one's issuer: New-MeshTlsKey and Export-MeshTlsKey do so.",
        "RFC 8446 section 4.4.2",
        Leaf((leaf, subject) => leaf.IsCa && subject.Chain.Skip(1).FirstOrDefault(certificate => !certificate.IsCa) is { } below ? $"stands before {below}, which is the gateway's own" : null));

    internal static MeshRule NotValidNow { get; } = new(
        "IstioGatewayNotValidNow",
        RuleSeverity.Error,
        "istiod logs 'certificate is expired or not yet valid' and hands it out all the same; clients refuse it.",
        "Renew it: Invoke-MeshCertRotation, or New-MeshTlsKey.",
        "istio/istio pilot/pkg/xds/sds.go ValidateCertificate",
        Leaf((leaf, subject) => subject.Context.Now > leaf.NotAfter ? $"expired at {leaf.NotAfter:u}" : subject.Context.Now < leaf.NotBefore ? $"is valid only from {leaf.NotBefore:u}" : null));

    internal static MeshRule ServerAuth { get; } = new(
        "IstioGatewayServerAuth",
        RuleSeverity.Error,
        "Clients refuse a server whose certificate is not for servers.",
        "Issue it anew for servers: New-MeshTlsKey -Profile Server.",
        "RFC 5280 section 4.2.1.12",
        Leaf((leaf, subject) => !leaf.ExtendedKeyUsages.IsEmpty && !leaf.ExtendedKeyUsages.Contains(Oids.ServerAuth) && !leaf.ExtendedKeyUsages.Contains(Oids.AnyExtendedKeyUsage)
            ? "has extended key usages without serverAuth" : null));

    internal static MeshRule HostNotCovered { get; } = new(
        "IstioGatewayHostNotCovered",
        RuleSeverity.Error,
        "The gateway serves it, and every client that verifies refuses it for this host: their traffic stops.",
        "Issue it for the host as well (New-MeshTlsKey -DnsName), or give the Gateway's server another credential.",
        "RFC 9525 section 6; https://github.com/istio/istio/issues/43891",
        subject => subject.Certificate is { } leaf && subject.Secret is { } secret
            ? (from use in FindServers(subject, secret)
               where !use.AsCa
               from host in use.Server.Hosts
               where host != "*" && !leaf.Names.DnsNames.Any(name => DnsName.Covers(name, host))
               select $"{leaf} does not cover the host {host} of {use.Gateway}").Distinct()
            : []);

    internal static MeshRule CaMissing { get; } = new(
        "IstioGatewayCaMissing",
        RuleSeverity.Error,
        "The gateway cannot verify clients and refuses all of them: failed to fetch ca certificate.",
        "Add the CA of the clients as ca.crt, or as a secret of its own named <name>-cacert: Export-MeshSecret -Form IstioGateway -TargetName <name>-cacert.",
        $"{Credentials} GetCaCert",
        Credential((secret, subject) => !IsCaName(secret) && !HasCa(secret) && FindServers(subject, secret).FirstOrDefault(use => !use.AsCa && use.Server.AsksForClients) is { Gateway: { } gateway, Server: { } server }
            && !FindSecrets(subject, secret.Id.Name + GatewayKeys.CaSuffix, secret.Id.Namespace).Any()
            ? $"{gateway} verifies clients ({server.Mode}), and the secret has no CA, nor is there {secret.Id.Name}{GatewayKeys.CaSuffix}" : null));

    internal static MeshRule CaSecretIncomplete { get; } = new(
        "IstioGatewayCaSecretIncomplete",
        RuleSeverity.Error,
        "Where <name>-cacert is there, Istio looks for the CA in it alone, and not in <name> as well: found secret, but didn't have expected keys cacert or ca.crt.",
        "Put the CA into it as ca.crt, or remove it so that ca.crt of the other secret counts.",
        $"{Credentials} ExtractRoot",
        Credential((secret, _) => IsCaName(secret) && !HasCa(secret) ? $"the secret has neither cacert nor ca.crt; it has: {string.Join(", ", secret.GetData().Keys)}" : null));

    internal static MeshRule CaShadowed { get; } = new(
        "IstioGatewayCaShadowed",
        RuleSeverity.Warning,
        "Istio takes the CA of <name>-cacert and never looks at the one in <name>: clients of that one are refused.",
        "Keep one of the two; put all roots of the clients into it.",
        $"{Credentials} GetCaCert",
        Credential((secret, subject) => HasCa(secret) && FindSecrets(subject, secret.Id.Name + GatewayKeys.CaSuffix, secret.Id.Namespace).FirstOrDefault(other => !other.Roots.Select(root => root.Thumbprint).Order(StringComparer.Ordinal).SequenceEqual(subject.Roots.Select(root => root.Thumbprint).Order(StringComparer.Ordinal))) is { } beside
            ? $"{beside.Target} beside it has other roots" : null));

    internal static MeshRule CaName { get; } = new(
        "IstioGatewayCaName",
        RuleSeverity.Warning,
        "A name that ends in -cacert is read for a CA alone: as a gateway's credential it gives no certificate and no key.",
        "Name a secret with a certificate and a key otherwise.",
        "istio/istio pilot/pkg/xds/sds.go generate",
        Credential((secret, _) => IsCaName(secret) && HasPair(secret) ? "the secret has a certificate with its key, and its name is that of a CA" : null));

    internal static MeshRule ClientCaIsServers { get; } = new(
        "IstioGatewayClientCaIsServers",
        RuleSeverity.Warning,
        "Every server that has a certificate of this CA passes for a client; of a public CA that is anyone.",
        "Keep an authority of its own for the clients (New-MeshCa) and put it into <name>-cacert; or name those who may come in subjectAltNames.",
        "https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/",
        Leaf((leaf, subject) => subject.Secret is { } secret && FindServers(subject, secret).Any(use => !use.AsCa && use.Server.AsksForClients && use.Server.Tls?.Find("subjectAltNames") is null)
            && IstioSubject.FindRoot(subject) is { } root && IstioSubject.Contains(subject.Roots, root) && !leaf.IsSelfIssued ? $"and the clients are of one root, {root}" : null));
}
