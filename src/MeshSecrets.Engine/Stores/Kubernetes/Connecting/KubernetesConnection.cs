using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// How a cluster is reached, and as whom: what a context of a kubeconfig, or a Pod's service account, comes to. Nothing is
/// sent before the first request. The one who holds it disposes it, which forgets the keys.
/// </summary>
public sealed class KubernetesConnection : IDisposable
{
    /// <summary>The name of the context in a Pod, which has no kubeconfig.</summary>
    public const string InClusterContext = "in-cluster";

    private readonly Credential _credential;

    internal KubernetesConnection(Uri server, Credential credential)
    {
        Server = server;
        _credential = credential;
    }

    /// <summary>The API server's address; it ends with a slash, so that paths can be appended.</summary>
    public Uri Server { get; }

    /// <summary>The server with the context and whom it is used for: what tells one connection from another.</summary>
    public string Location => $"{Server}#{Context}{(Impersonation is null ? string.Empty : $" as {Impersonation.User}")}";

    /// <summary>The context's name; <see cref="InClusterContext"/> in a Pod.</summary>
    public required string Context { get; init; }

    /// <summary>The usual namespace; <c>default</c> if none is named.</summary>
    public required string Namespace { get; init; }

    /// <summary>As whom, for messages: the name of the kubeconfig's user with the file, or the service account's folder.</summary>
    public required string User { get; init; }

    /// <summary>The name that the server's certificate must have, if not that in its address.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether the server's certificate is not looked at.</summary>
    public bool SkipTlsVerification { get; init; }

    /// <summary>The proxy, without its password.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Whom requests are made for, if not for oneself.</summary>
    /// <exception cref="MeshException"><c>KubernetesImpersonationInvalid</c>.</exception>
    public Impersonation? Impersonation
    {
        get;
        init
        {
            value?.EnsureValid();
            field = value;
        }
    }

    /// <summary>Whether a program is run to log in, which may ask the user or open a browser.</summary>
    public bool RunsProgram => _credential is ExecCredential;

    /// <summary>What is unsafe about it though it works, for example a file with a key that others can read.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The authorities that the server's certificate must come from; none for those of the system.</summary>
    internal X509Certificate2Collection Authorities { get; init; } = [];

    internal NetworkCredential? ProxyCredential { get; init; }

    /// <summary>Makes what requests are sent through; to be disposed by the caller before the connection.</summary>
    /// <param name="maxConnections">How many connections at most are kept to the server; watches do not count.</param>
    /// <param name="time">The clock.</param>
    internal HttpMessageHandler CreateHandler(int maxConnections, TimeProvider time) =>
        new ClusterHandler(this, _credential, (identity, isLong) => ClusterTransport.Create(this, identity, isLong ? int.MaxValue : maxConnections), time);

    /// <summary>Forgets keys.</summary>
    public void Dispose()
    {
        _credential.Dispose();
        foreach (X509Certificate2 authority in Authorities)
        {
            authority.Dispose();
        }
    }

    /// <summary>The context and the server's address, never a secret.</summary>
    /// <returns>For example <c>prod (https://10.0.0.1:6443/)</c>.</returns>
    public override string ToString() => $"{Context} ({Server})";
}
