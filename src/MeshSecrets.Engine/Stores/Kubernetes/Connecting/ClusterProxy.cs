using System.Net;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Finds the proxy to a server: the one that the kubeconfig names, else the one of the environment, as Go reads it.</summary>
internal static class ClusterProxy
{
    /// <summary>The proxy without its password, and the password.</summary>
    /// <param name="server">The API server.</param>
    /// <param name="proxyUrl">What the kubeconfig says; it holds even for local servers.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="UriFormatException">It is no address of a proxy.</exception>
    internal static (Uri? Proxy, NetworkCredential? Credential) Find(Uri server, string? proxyUrl, Func<string, string?> environment)
    {
        string? text = proxyUrl ?? FromEnvironment(server, environment);
        if (text is null)
        {
            return (null, null);
        }

        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out Uri? proxy)
            || proxy.Scheme is not ("http" or "https" or "socks5"))
        {
            throw new UriFormatException("a proxy is http://host:port, https://host:port or socks5://host:port");
        }

        string[] login = proxy.UserInfo.Split(':', 2);
        NetworkCredential? credential = proxy.UserInfo.Length == 0
            ? null
            : new NetworkCredential(Uri.UnescapeDataString(login[0]), login.Length > 1 ? Uri.UnescapeDataString(login[1]) : string.Empty);
        return (new UriBuilder(proxy) { UserName = string.Empty, Password = string.Empty }.Uri, credential);
    }

    private static string? FromEnvironment(Uri server, Func<string, string?> environment)
    {
        string name = server.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        string? proxy = Either(name);
        return proxy is null || server.IsLoopback || IsExempt(server, Either("NO_PROXY")) ? null : proxy;

        string? Either(string variable) => new[] { environment(variable), environment(variable.ToLowerInvariant()) }.FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
    }

    /// <summary>NO_PROXY: <c>*</c>, hosts with all below them, <c>.domain</c> for those below it only, addresses, networks, each with a port or without.</summary>
    private static bool IsExempt(Uri server, string? exemptions)
    {
        string host = server.IdnHost.ToLowerInvariant();
        IPAddress.TryParse(host, out IPAddress? address);
        foreach (string exemption in (exemptions ?? string.Empty).ToLowerInvariant().Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (exemption == "*" || (address is not null && IPNetwork.TryParse(exemption, out IPNetwork network) && network.Contains(address)))
            {
                return true;
            }

            string name = exemption;
            if (!IPAddress.TryParse(exemption, out _) && exemption.LastIndexOf(':') is > 0 and int colon)
            {
                if (exemption[(colon + 1)..] != server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
                {
                    continue;
                }

                name = exemption[..colon];
            }

            name = name.StartsWith("*.", StringComparison.Ordinal) ? name[1..] : name.Trim('[', ']');
            bool below = host.EndsWith(name.StartsWith('.') ? name : $".{name}", StringComparison.Ordinal);
            if (host == name || (address is null && below))
            {
                return true;
            }
        }

        return false;
    }
}
