using System.Net;
using System.Reflection;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// Sends requests to a cluster under an identity: its headers, its client certificate, and once more with a renewed one when
/// the server says 401. A request's content must therefore be readable twice.
/// </summary>
internal sealed class ClusterHandler(KubernetesConnection connection, Credential credential, Func<ClusterIdentity, HttpMessageHandler> createTransport, TimeProvider time)
    : HttpMessageHandler
{
    private static readonly string s_userAgent = $"MeshSecrets/{typeof(ClusterHandler).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    private readonly Lock _gate = new();
    private Transport? _current;
    private Transport? _former;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ClusterIdentity identity = await ObtainAsync(request, stop => credential.GetAsync(time, stop), cancellationToken).ConfigureAwait(false);
        HttpResponseMessage response = await SendAsync(request, identity, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        ClusterIdentity renewed;
        try
        {
            renewed = await ObtainAsync(request, stop => credential.RenewAsync(identity, time, stop), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        if (ReferenceEquals(renewed, identity))
        {
            return response;
        }

        response.Dispose();
        return await SendAsync(request, renewed, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _current?.Invoker.Dispose();
            _former?.Invoker.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Obtains an identity in its own time, which a plugin may need for somebody's login.</summary>
    private static async ValueTask<ClusterIdentity> ObtainAsync(HttpRequestMessage request, Func<CancellationToken, ValueTask<ClusterIdentity>> obtain, CancellationToken cancellationToken)
    {
        TryLimit? limit = TryLimit.Of(request);
        limit?.Pause();
        ClusterIdentity identity = await obtain(limit?.Stop ?? cancellationToken).ConfigureAwait(false);
        limit?.Resume();
        return identity;
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        Stamp(request, identity);
        return InvokerFor(identity).SendAsync(request, cancellationToken);
    }

    private void Stamp(HttpRequestMessage request, ClusterIdentity identity)
    {
        request.Headers.Authorization = identity.Authorization;
        if (request.Headers.UserAgent.Count == 0)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", s_userAgent);
        }

        if (connection.TlsServerName is { } name)
        {
            // The framework takes the name for TLS from here; there is no other way that a proxy's tunnel knows, too.
            request.Headers.Host = name;
        }

        if (connection.Impersonation is { } other && !request.Headers.Contains("Impersonate-User"))
        {
            Add(request, "Impersonate-User", other.User);
            foreach (string group in other.Groups)
            {
                Add(request, "Impersonate-Group", group);
            }

            if (other.Uid is { } uid)
            {
                Add(request, "Impersonate-Uid", uid);
            }

            foreach ((string key, string value) in other.Extra.SelectMany(extra => extra.Value.Select(value => (extra.Key, value))))
            {
                // Header names know no case and not all characters; the server decodes and lowers them.
                Add(request, $"Impersonate-Extra-{Uri.EscapeDataString(key)}", value);
            }
        }
    }

    private static void Add(HttpRequestMessage request, string header, string value) => request.Headers.TryAddWithoutValidation(header, value);

    /// <summary>A client certificate is shown when a connection is made, so that another one needs connections of its own.</summary>
    private HttpMessageInvoker InvokerFor(ClusterIdentity identity)
    {
        lock (_gate)
        {
            foreach (Transport? known in (ReadOnlySpan<Transport?>)[_current, _former])
            {
                if (known is not null && ReferenceEquals(known.Certificate, identity.Certificate))
                {
                    return known.Invoker;
                }
            }

            // What runs on the former one goes on; only what waits idly is closed with it.
            _former?.Invoker.Dispose();
            _former = _current;
            _current = new Transport(identity.Certificate, new HttpMessageInvoker(createTransport(identity)));
            return _current.Invoker;
        }
    }

    private sealed record Transport(ClientCertificate? Certificate, HttpMessageInvoker Invoker);
}
