using MeshSecrets.Certificates.Names;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>By which names server and agents know each other.</summary>
internal static class RelayNameRules
{
    private const string Scripts = "gloo-mesh-use-cases, cert-management/relay-certs-manual/02-create-remote-root.sh";

    internal static MeshRule ClientDnsName { get; } = new(
        "GlooRelayClientDnsName",
        RuleSeverity.Error,
        "The management plane reads from the DNS name which cluster an agent is of; the common name tells it nothing, and the agent is of no cluster.",
        "Issue it with the registered name of the cluster as DNS name: New-MeshRelaySecret <cluster> -AgentOnly -Force.",
        Scripts,
        subject => RelayRole.Is(subject, RelaySecretName.Client) && subject.Certificate is { } certificate && certificate.Names.DnsNames.IsEmpty
            ? $"{certificate} has no DNS name, only the subject '{certificate.Subject}'"
            : null);

    internal static MeshRule ClientCluster { get; } = new(
        "GlooRelayClientCluster",
        RuleSeverity.Error,
        "The management plane takes the agent for one of a cluster that it does not know, and refuses it.",
        "Issue it with a name that 'kubectl get kubernetesclusters -n gloo-mesh' lists, or register the cluster under this name.",
        Scripts,
        subject => RelayRole.Is(subject, RelaySecretName.Client)
            && subject.Context.Clusters.Length > 0
            && subject.Certificate is { Names.DnsNames: { IsEmpty: false } names }
            && !names.Any(name => subject.Context.Clusters.Contains(name))
                ? $"the DNS names {string.Join(", ", names)} are none of the clusters {string.Join(", ", subject.Context.Clusters)}"
                : null);

    internal static MeshRule ClientOneName { get; } = new(
        "GlooRelayClientOneName",
        RuleSeverity.Warning,
        "Whoever has this key passes for each of these clusters.",
        "Issue one certificate for each cluster with New-MeshRelaySecret.",
        Scripts,
        subject => RelayRole.Is(subject, RelaySecretName.Client) && subject.Certificate is { Names.DnsNames: { Length: > 1 } names }
            ? $"it has {names.Length} DNS names: {string.Join(", ", names)}"
            : null);

    internal static MeshRule ClientLabel { get; } = new(
        "GlooRelayClientLabel",
        RuleSeverity.Error,
        "In the cluster that its label names, the agent presents itself as one of another cluster.",
        "Issue it anew for the cluster: New-MeshRelaySecret <cluster> -AgentOnly -Force.",
        "MeshSecrets: the label meshsecrets.io/cluster; " + Scripts,
        subject => RelayRole.Is(subject, RelaySecretName.Client)
            && subject.Secret?.Metadata.Labels.GetValueOrDefault(RelaySecretName.ClusterLabel) is { } cluster
            && subject.Certificate is { } certificate
            && !certificate.Names.DnsNames.Contains(cluster)
                ? $"it is for the cluster '{cluster}', and its DNS names are {string.Join(", ", certificate.Names.DnsNames)}"
                : null);

    internal static MeshRule ServerName { get; } = new(
        "GlooRelayServerName",
        RuleSeverity.Error,
        "Agents ask for enterprise-networking.gloo-mesh (v1) or gloo-mesh-mgmt-server.gloo-mesh (v2), find another name, and break the connection off.",
        "Issue it with *.gloo-mesh, and the names by which agents in other clusters reach it: New-MeshRelaySecret -ServerDnsName.",
        "gloo-mesh-use-cases, cert-management/relay-certs-manual/01-create-mgmt-root.sh",
        subject =>
        {
            string ns = subject.Secret?.Id.Namespace ?? RelaySecretName.Namespace;
            return RelayRole.Is(subject, RelaySecretName.Server)
                && subject.Certificate is { } certificate
                && !certificate.Names.DnsNames.Any(name => DnsName.Covers(name, $"enterprise-networking.{ns}") || DnsName.Covers(name, $"gloo-mesh-mgmt-server.{ns}"))
                    ? $"its DNS names ({(certificate.Names.DnsNames.IsEmpty ? "none" : string.Join(", ", certificate.Names.DnsNames))}) cover neither enterprise-networking.{ns} nor gloo-mesh-mgmt-server.{ns}"
                    : null;
        });
}
