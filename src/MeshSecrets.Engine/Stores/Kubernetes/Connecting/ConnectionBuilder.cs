using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Makes a connection of a kubeconfig's cluster and user.</summary>
internal sealed class ConnectionBuilder(KubeconfigOptions options, KubeconfigNode cluster, KubeconfigNode user)
{
    internal KubernetesConnection Build(string context, string @namespace)
    {
        Uri server = Server();
        (Uri? proxy, NetworkCredential? proxyCredential) = Proxy(server);
        UserCredentials credentials = new(user, options);
        Impersonation? impersonation = options.Impersonation ?? credentials.Impersonation();
        X509Certificate2Collection authorities = Authorities();
        bool skipsVerification = cluster.Flag("insecure-skip-tls-verify");
        if (skipsVerification && authorities.Count > 0)
        {
            throw KubeconfigErrors.Invalid(cluster, "insecure-skip-tls-verify is set beside a certificate authority; one of them is meant");
        }

        Credential credential = credentials.Create(proxy is null ? null : cluster.Text("proxy-url"), cluster, server);
        return new KubernetesConnection(server, credential)
        {
            Context = context,
            Namespace = @namespace,
            User = user.Place,
            TlsServerName = cluster.Text("tls-server-name"),
            SkipTlsVerification = skipsVerification,
            Authorities = authorities,
            Proxy = proxy,
            ProxyCredential = proxyCredential,
            Impersonation = impersonation,
            Warnings = [.. ConnectionWarnings.Of(cluster, user, server, skipsVerification)],
        };
    }

    /// <summary>An address without a scheme is one of TLS if anything speaks for it, as in client-go.</summary>
    private Uri Server()
    {
        string text = cluster.Text("server") ?? throw KubeconfigErrors.Invalid(cluster, "it has no server");
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            bool secure = cluster.Flag("insecure-skip-tls-verify")
                || new[] { "certificate-authority", "certificate-authority-data" }.Any(key => cluster.Text(key) is not null)
                || new[] { "client-certificate", "client-certificate-data" }.Any(key => user.Text(key) is not null);
            text = $"{(secure ? "https" : "http")}://{text}";
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https") || server.UserInfo.Length > 0 || server.Query.Length > 0)
        {
            throw KubeconfigErrors.Invalid(cluster, "server is no address as https://host:port");
        }

        return server.AbsolutePath.EndsWith('/') ? server : new Uri($"{server.AbsoluteUri}/");
    }

    private (Uri? Proxy, NetworkCredential? Credential) Proxy(Uri server)
    {
        try
        {
            return ClusterProxy.Find(server, cluster.Text("proxy-url"), options.Environment);
        }
        catch (UriFormatException e)
        {
            throw KubeconfigErrors.Invalid(cluster, $"the proxy's address in {(cluster.Text("proxy-url") is null ? "HTTPS_PROXY" : "proxy-url")} is none: {e.Message}", e);
        }
    }

    private X509Certificate2Collection Authorities()
    {
        if (cluster.Data("certificate-authority-data") is { } data)
        {
            return TrustedAuthorities.Read(data, $"certificate-authority-data of {cluster.Place}");
        }

        return cluster.Path("certificate-authority") is { } path
            ? TrustedAuthorities.Read(CredentialFile.Read(cluster.Place, path), path)
            : [];
    }
}
