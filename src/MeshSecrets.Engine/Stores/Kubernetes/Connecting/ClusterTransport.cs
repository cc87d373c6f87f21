using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Makes the framework's handler fit for a cluster.</summary>
internal static class ClusterTransport
{
    internal static SocketsHttpHandler Create(KubernetesConnection connection, ClusterIdentity identity, int maxConnections) => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(15),
        MaxConnectionsPerServer = maxConnections,
        EnableMultipleHttp2Connections = true,
        // An HTTP/2 connection whose peer is gone would otherwise hang each request until its own end; as in client-go.
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        // So that a moved address or another server behind a load balancer is found.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        AutomaticDecompression = DecompressionMethods.GZip,
        // What follows a redirect would carry the credential elsewhere.
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        UseProxy = connection.Proxy is not null,
        Proxy = connection.Proxy is { } proxy ? new WebProxy(proxy) { Credentials = connection.ProxyCredential } : null,
        SslOptions = TlsOptions(connection, identity),
    };

    private static SslClientAuthenticationOptions TlsOptions(KubernetesConnection connection, ClusterIdentity identity) => new()
    {
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        ClientCertificateContext = identity.Certificate?.Context,
        CertificateChainPolicy = TrustPolicy(connection),
        RemoteCertificateValidationCallback = new ServerCertificateCheck(connection).Check,
    };

    private static X509ChainPolicy TrustPolicy(KubernetesConnection connection)
    {
        X509ChainPolicy policy = new()
        {
            // Clusters have no revocation service, and nothing is fetched from addresses that a certificate names.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (connection.Authorities.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(connection.Authorities);
        }

        return policy;
    }
}
