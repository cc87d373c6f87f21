using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Istio.Resources;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>What the rules for gateways ask again and again: who refers to whom.</summary>
internal static class GatewaySubject
{
    /// <summary>How istiod reads a credential.</summary>
    internal const string Credentials = "istio/istio pilot/pkg/credentials/kube/secrets.go";

    /// <summary>What istiod's webhook refuses.</summary>
    internal const string Validation = "istio/istio pkg/config/validation/validation.go validateTLSOptions";

    /// <summary>What holds for a secret that a gateway could use.</summary>
    internal static Func<RuleSubject, string?> Credential(Func<Secret, RuleSubject, string?> find) =>
        subject => subject.Secret is { } secret && IsCredential(subject, secret) ? find(secret, subject) : null;

    /// <summary>What holds for the certificate of a credential.</summary>
    internal static Func<RuleSubject, string?> Leaf(Func<CertificateInfo, RuleSubject, string?> find) =>
        subject => subject.Certificate is { } leaf && (subject.Secret is null || IsCredential(subject, subject.Secret)) && find(leaf, subject) is { } found ? $"{leaf} {found}" : null;

    /// <summary>What holds for each server of a Gateway.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> Server(Func<GatewayServer, RuleSubject, string?> find) => subject =>
        from server in ServersOf(subject.Resource)
        let found = find(server, subject)
        where found is not null
        select $"{server.Path} {found}";

    /// <summary>What holds for each <c>tls</c> block of a DestinationRule.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> Client(Func<ManifestNode, RuleSubject, string?> find) => subject =>
        from block in subject.Resource is { Kind: "DestinationRule", ApiGroup: IstioGatewayKind.GroupName } rule ? DestinationRuleKind.FindTls(rule) : []
        let found = find(block.Tls, subject)
        where found is not null
        select $"{block.Path} {found}";

    internal static IEnumerable<GatewayServer> ServersOf(Manifest? resource) =>
        resource is { Kind: "Gateway", ApiGroup: IstioGatewayKind.GroupName } gateway ? GatewayServer.Of(gateway) : [];

    /// <summary>Whether a resource is a Gateway of Kubernetes' Gateway API that istiod serves, by the class that it is told (<c>istio</c>, <c>istio-waypoint</c>).</summary>
    internal static bool IsGatewayApi(Manifest? resource) =>
        resource is not null && new GatewayApiKind().Matches(resource) && resource.Spec["gatewayClassName"] is { } name && name.StartsWith("istio", StringComparison.Ordinal);

    /// <summary>The servers among the resources of the run that refer to a secret, as certificate or as CA beside one.</summary>
    internal static IEnumerable<(Manifest Gateway, GatewayServer Server, bool AsCa)> FindServers(RuleSubject subject, Secret secret) =>
        from gateway in subject.Context.Resources
        from server in ServersOf(gateway)
        from credential in server.Credentials
        where credential.Reference.Namespace is null || secret.Id.Namespace is null || credential.Reference.Namespace == secret.Id.Namespace
        where credential.Reference.Name == secret.Id.Name || (server.AsksForClients && credential.Reference.CaName == secret.Id.Name)
        select (gateway, server, credential.Reference.Name != secret.Id.Name);

    /// <summary>The secrets of the run by a name; in the namespace, if the reference has one.</summary>
    internal static IEnumerable<RuleSubject> FindSecrets(RuleSubject subject, string name, string? place) =>
        subject.Context.Others.SecretsNamed(name).Where(other => place is null || other.Secret!.Id.Namespace is null || other.Secret.Id.Namespace == place);

    /// <summary>Whether secrets are judged in the same run, so that one that is not among them is missing.</summary>
    internal static bool KnowsSecrets(RuleSubject subject) => subject.Context.Others.HaveSecrets;

    internal static bool HasCa(Secret secret) => !IstioAuthority.IsBlank(secret, GatewayKeys.GenericCa) || !IstioAuthority.IsBlank(secret, DataKey.TrustBundle);

    internal static bool HasPair(Secret secret) =>
        (!IstioAuthority.IsBlank(secret, GatewayKeys.GenericCertificate) && !IstioAuthority.IsBlank(secret, GatewayKeys.GenericKey))
        || (!IstioAuthority.IsBlank(secret, DataKey.Certificate) && !IstioAuthority.IsBlank(secret, DataKey.PrivateKey));

    internal static bool IsCaName(Secret secret) => secret.Id.Name.EndsWith(GatewayKeys.CaSuffix, StringComparison.Ordinal);

    internal static bool HasText(ManifestNode node, params ReadOnlySpan<string> fields)
    {
        foreach (string field in fields)
        {
            if (!string.IsNullOrEmpty(node[field]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A secret is a gateway's if a Gateway says so, or if it looks like one and is not istiod's.</summary>
    private static bool IsCredential(RuleSubject subject, Secret secret) =>
        FindServers(subject, secret).Any()
        || (!IstioSubject.IsForIstiod(secret) && (HasPair(secret) || HasCa(secret) || IsCaName(secret) || secret.Metadata.Type == SecretType.Tls));
}
