using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// How a process in a Pod reaches its own cluster: by the service account that the kubelet gives it. See
/// https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/.
/// </summary>
public static class InClusterConfiguration
{
    internal const string HostVariable = "KUBERNETES_SERVICE_HOST";

    private const string PortVariable = "KUBERNETES_SERVICE_PORT";

    /// <summary>Where the kubelet puts the service account's files.</summary>
    public const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Reads the service account of this Pod. Asks no server.</summary>
    /// <param name="namespace">The usual namespace; <see langword="null"/> for the Pod's own.</param>
    /// <param name="impersonation">Whom to act for.</param>
    /// <param name="folder">Where the service account's files lie.</param>
    /// <param name="environment">Reads an environment variable; <see langword="null"/> for those of this process.</param>
    /// <returns>The connection, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>KubernetesInClusterMissing</c>, <c>KubernetesTokenInvalid</c>, and those of reading certificates.</exception>
    public static KubernetesConnection Load(
        string? @namespace = null,
        Impersonation? impersonation = null,
        string folder = ServiceAccountFolder,
        Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        Uri server = Server(environment);
        string tokenPath = Path.Combine(folder, "token");
        string authorityPath = Path.Combine(folder, "ca.crt");
        string namespacePath = Path.Combine(folder, "namespace");
        (Uri? proxy, NetworkCredential? proxyCredential) = Proxy(server, environment);
        return new KubernetesConnection(server, new FileCredential(() => new ClusterIdentity(Authorization.Bearer(Text(tokenPath), $"'{tokenPath}'"), certificate: null)))
        {
            Context = KubernetesConnection.InClusterContext,
            Namespace = @namespace ?? (File.Exists(namespacePath) && Text(namespacePath).Trim() is { Length: > 0 } own ? own : "default"),
            User = $"the service account in '{folder}'",
            Authorities = TrustedAuthorities.Read(Read(authorityPath), authorityPath),
            Proxy = proxy,
            ProxyCredential = proxyCredential,
            Impersonation = impersonation,
        };
    }

    private static Uri Server(Func<string, string?> environment)
    {
        string host = environment(HostVariable) is { Length: > 0 } given ? given : throw KubeconfigErrors.InClusterMissing($"the environment variable {HostVariable} is not set");
        string port = environment(PortVariable) is { Length: > 0 } number ? number : throw KubeconfigErrors.InClusterMissing($"the environment variable {PortVariable} is not set");
        bool isIpv6 = IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        return Uri.TryCreate(string.Create(CultureInfo.InvariantCulture, $"https://{(isIpv6 ? $"[{host}]" : host)}:{port}/"), UriKind.Absolute, out Uri? server)
            ? server
            : throw KubeconfigErrors.InClusterMissing($"{HostVariable} and {PortVariable} make no address");
    }

    private static (Uri? Proxy, NetworkCredential? Credential) Proxy(Uri server, Func<string, string?> environment)
    {
        try
        {
            return ClusterProxy.Find(server, proxyUrl: null, environment);
        }
        catch (UriFormatException e)
        {
            throw KubeconfigErrors.InClusterMissing($"the proxy's address in HTTPS_PROXY is none ({e.Message})");
        }
    }

    private static string Text(string path) => Encoding.UTF8.GetString(Read(path));

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KubeconfigErrors.InClusterUnreadable(path, e);
        }
    }
}
