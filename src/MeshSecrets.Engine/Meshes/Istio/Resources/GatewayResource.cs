using System.Collections.Immutable;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>Makes Istio's Gateway. What istiod's validation refuses, and what no client would accept, is refused here.</summary>
public static class GatewayResource
{
    private static readonly ImmutableSortedDictionary<string, string> s_ingress = ImmutableSortedDictionary<string, string>.Empty.Add("istio", "ingressgateway");

    /// <summary>Makes the resource.</summary>
    /// <param name="order">What it shall be.</param>
    /// <returns>The resource.</returns>
    /// <exception cref="MeshException">
    /// <c>IstioHostNotCovered</c>, <c>IstioHostMissing</c>, <c>IstioClientCaMissing</c>, <c>IstioSettingsConflict</c>,
    /// <c>IstioNameInvalid</c>, <c>DnsNameInvalid</c>.
    /// </exception>
    public static Manifest Create(GatewayOrder order)
    {
        IstioSettings.EnsureLabel("Gateway", order.Name);
        CheckCredential(order);
        ImmutableArray<string> hosts = Hosts(order);
        string protocol = order.Protocol ?? (order.Mode.EndsWith(TlsMode.Passthrough, StringComparison.Ordinal) ? "TLS" : "HTTPS");
        ManifestNode tls = ManifestNode.Mapping(
            ("mode", ManifestNode.String(order.Mode)),
            ("credentialName", ManifestNode.String(order.Credential?.Name)),
            ("minProtocolVersion", ManifestNode.String(order.MinProtocolVersion)),
            ("subjectAltNames", IstioSettings.Texts(order.SubjectAltNames)));
        ManifestNode servers = ManifestNode.Sequence(Server(protocol.ToLowerInvariant(), order.Port, protocol, hosts, tls));
        if (order.RedirectsHttp)
        {
            servers.Add(Server("http", 80, "HTTP", hosts, ManifestNode.Mapping(("httpsRedirect", ManifestNode.Boolean(true)))));
        }

        Manifest gateway = Manifest.Create("networking.istio.io/v1", "Gateway", order.Name, order.Namespace);
        gateway.Root.Set("spec", ManifestNode.Mapping(
            ("selector", IstioSettings.Labels(order.Selector.IsEmpty ? s_ingress : order.Selector)),
            ("servers", servers)));
        return gateway;
    }

    private static ManifestNode Server(string name, int port, string protocol, ImmutableArray<string> hosts, ManifestNode tls) => ManifestNode.Mapping(
        ("port", ManifestNode.Mapping(
            ("number", ManifestNode.Number(port)),
            ("name", ManifestNode.String(name)),
            ("protocol", ManifestNode.String(protocol)))),
        ("hosts", IstioSettings.Texts(hosts)),
        ("tls", tls));

    /// <summary>pkg/config/validation/validation.go, validateTLSOptions.</summary>
    private static void CheckCredential(GatewayOrder order)
    {
        if (TlsMode.HasNoCredential(order.Mode))
        {
            if (order.Credential is not null)
            {
                throw IstioErrors.SettingsConflict($"in mode {order.Mode} a server has no credential of its own, and '{order.Credential.Name}' is named", "Leave the credential out, or choose SIMPLE or MUTUAL.");
            }

            return;
        }

        if (order.Credential is not { } credential)
        {
            throw IstioErrors.SettingsConflict($"in mode {order.Mode} a server needs a certificate", "Give a TLS key, or the name of its secret with -CredentialName.");
        }

        if (TlsMode.AsksForClients(order.Mode) && credential.HasCa == false)
        {
            throw IstioErrors.ClientCaMissing(credential.Name, order.Mode);
        }
    }

    private static ImmutableArray<string> Hosts(GatewayOrder order)
    {
        ImmutableArray<string> hosts = order.Hosts.IsEmpty ? order.Credential?.DnsNames ?? [] : order.Hosts;
        if (hosts.IsEmpty)
        {
            throw IstioErrors.HostsMissing(order.Name);
        }

        foreach (string host in hosts.Select(WithoutNamespace).Where(host => host != "*")) // A host of * means any; the certificate covers some of them.
        {
            DnsName.Parse(host);
            if (order.Credential?.DnsNames is { } names && !names.Any(name => DnsName.Covers(name, host)))
            {
                throw IstioErrors.HostNotCovered(host, order.Credential.Name, names);
            }
        }

        return hosts;
    }

    private static string WithoutNamespace(string host) => host[(host.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
