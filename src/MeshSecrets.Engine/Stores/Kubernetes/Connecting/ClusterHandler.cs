using System.Net;
using System.Reflection;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// Sends requests to a cluster under an identity: its headers, its client certificate, and once more with a renewed one when
/// the server says 401. A request's content must therefore be readable twice.
/// </summary>
internal sealed class ClusterHandler(KubernetesConnection connection, Credential credential, Func<ClusterIdentity, bool, HttpMessageHandler> createTransport, TimeProvider time)
    : HttpMessageHandler
{
    private static readonly string s_userAgent = $"MeshSecrets/{typeof(ClusterHandler).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    private static readonly HttpRequestOptionsKey<bool> s_long = new("meshsecrets.long");

    private readonly Lock _gate = new();
    private Transport? _current;
    private Transport? _former;

    /// <summary>Says of a request that its answer goes on for long.</summary>
    internal static void GoesOnForLong(HttpRequestMessage request) => request.Options.Set(s_long, true);

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
            _current?.Dispose();
            _former?.Dispose();
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
        return InvokerFor(identity, IsLong(request)).SendAsync(request, cancellationToken);
    }

    private static bool IsLong(HttpRequestMessage request) => request.Options.TryGetValue(s_long, out bool isLong) && isLong;

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
            Add(request, "Impersonate-User", [other.User]);
            Add(request, "Impersonate-Group", other.Groups);
            Add(request, "Impersonate-Uid", other.Uid is { } uid ? [uid] : []);
            foreach ((string key, IReadOnlyList<string> values) in other.Extra)
            {
                // Header names know no case and not all characters; the server decodes and lowers them.
                Add(request, $"Impersonate-Extra-{Uri.EscapeDataString(key)}", values);
            }
        }
    }

    /// <remarks>
    /// The server takes each line for one value, commas included, and the framework writes all values of a name into one line.
    /// So the lines are made here, of values without line breaks (<see cref="Impersonation.EnsureValid"/>), which HTTP/2 does not know.
    /// </remarks>
    private static void Add(HttpRequestMessage request, string header, IReadOnlyList<string> values)
    {
        if (values.Count > 1)
        {
            request.Version = HttpVersion.Version11;
        }

        if (values.Count > 0)
        {
            request.Headers.TryAddWithoutValidation(header, string.Join($"\r\n{header}: ", values));
        }
    }

    /// <summary>A client certificate is shown when a connection is made, so that another one needs connections of its own.</summary>
    private HttpMessageInvoker InvokerFor(ClusterIdentity identity, bool isLong)
    {
        lock (_gate)
        {
            foreach (Transport? known in (ReadOnlySpan<Transport?>)[_current, _former])
            {
                if (known is not null && ReferenceEquals(known.Certificate, identity.Certificate))
                {
                    return known.For(isLong);
                }
            }

            // What runs on the former one goes on; only what waits idly is closed with it.
            _former?.Dispose();
            _former = _current;
            _current = new Transport(identity.Certificate, isLong => new HttpMessageInvoker(createTransport(identity, isLong)));
            return _current.For(isLong);
        }
    }

    /// <summary>Where watches keep their connections for long, other requests must not wait for them: they have their own.</summary>
    private sealed class Transport(ClientCertificate? certificate, Func<bool, HttpMessageInvoker> create) : IDisposable
    {
        private HttpMessageInvoker? _brief;
        private HttpMessageInvoker? _long;

        internal ClientCertificate? Certificate { get; } = certificate;

        public void Dispose()
        {
            _brief?.Dispose();
            _long?.Dispose();
        }

        internal HttpMessageInvoker For(bool isLong) => isLong ? _long ??= create(true) : _brief ??= create(false);
    }
}
