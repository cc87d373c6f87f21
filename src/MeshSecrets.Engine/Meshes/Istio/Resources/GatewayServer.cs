using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>One server of a Gateway.</summary>
/// <param name="Path">Where it stands: <c>servers[https]</c>.</param>
/// <param name="Node">Its mapping.</param>
internal sealed record GatewayServer(string Path, ManifestNode Node)
{
    /// <summary>The <c>tls</c> block, or <see langword="null"/>.</summary>
    internal ManifestNode? Tls => Node.Find("tls");

    /// <summary>The TLS mode; <c>PASSTHROUGH</c> if the block names none, which is the zero of its enumeration.</summary>
    internal string? Mode => Tls is { } tls ? tls["mode"] ?? "PASSTHROUGH" : null;

    /// <summary>Whether clients must, or may, show a certificate that the gateway verifies by a CA of the credential.</summary>
    internal bool AsksForClients => Mode is "MUTUAL" or "OPTIONAL_MUTUAL";

    /// <summary>The hosts, without the namespace that may stand before each.</summary>
    internal IEnumerable<string> Hosts => (Node.Find("hosts")?.Entries ?? [])
        .Select(host => host.Text ?? "")
        .Select(host => host[(host.IndexOf('/', StringComparison.Ordinal) + 1)..]);

    /// <summary>The credentials with their fields.</summary>
    internal IEnumerable<(string Field, CredentialReference Reference)> Credentials
    {
        get
        {
            if (CredentialReference.Parse(Tls?["credentialName"]) is { } single)
            {
                yield return ($"{Path}.tls.credentialName", single);
            }

            foreach (ManifestNode entry in Tls?.Find("credentialNames")?.Entries ?? [])
            {
                if (CredentialReference.Parse(entry.Text) is { } one)
                {
                    yield return ($"{Path}.tls.credentialNames", one);
                }
            }
        }
    }

    /// <summary>The servers of a Gateway.</summary>
    internal static IEnumerable<GatewayServer> Of(Manifest gateway) =>
        (gateway.Spec.Find("servers")?.Entries ?? []).Select((node, i) => new GatewayServer($"servers[{node.Find("port")?["name"] ?? $"{i}"}]", node));
}
