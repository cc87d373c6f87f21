using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// An identity that a credential plugin gives. It is asked at the first request, shortly before what it gave ends, and when
/// the server refuses that; meanwhile everybody waits for its one answer.
/// </summary>
internal sealed class ExecCredential(ExecPlugin plugin, ClientCertificate? ownCertificate) : Credential
{
    // A request under way takes its time, and clocks differ a little.
    private static readonly TimeSpan s_early = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Answer? _current;
    private Answer? _former;

    internal override async ValueTask<ClusterIdentity> GetAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (_current is { } known && known.IsFresh(time.GetUtcNow()))
        {
            return known.Identity;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_current is not { } renewed || !renewed.IsFresh(time.GetUtcNow()))
            {
                await AskAsync(cancellationToken).ConfigureAwait(false);
            }

            return _current!.Identity;
        }
        finally
        {
            _gate.Release();
        }
    }

    internal override async ValueTask<ClusterIdentity> RenewAsync(ClusterIdentity refused, TimeProvider time, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_current is null || ReferenceEquals(_current.Identity, refused))
            {
                await AskAsync(cancellationToken).ConfigureAwait(false);
            }

            return _current!.Identity;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        ownCertificate?.Dispose();
        DisposeCertificate(_current);
        DisposeCertificate(_former);
        _gate.Dispose();
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        Answer fresh = Parse(await ExecProcess.RunAsync(plugin, cancellationToken).ConfigureAwait(false));
        if (_current is { } known && known.Identity.SameAs(fresh.Identity))
        {
            // The same again: connections that show its certificate stay in use.
            DisposeCertificate(fresh);
            fresh = fresh with { Identity = known.Identity };
        }
        else
        {
            // A connection that is just being made may still need the former certificate, but not the one before.
            DisposeCertificate(_former);
            _former = _current;
        }

        _current = fresh;
    }

    private Answer Parse(string output)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(output);
            JsonElement root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") != "ExecCredential")
            {
                throw Invalid("its kind is not ExecCredential");
            }

            if (Text(root, "apiVersion") != plugin.ApiVersion)
            {
                throw Invalid($"its apiVersion is not {plugin.ApiVersion}");
            }

            return root.TryGetProperty("status", out JsonElement status) && status.ValueKind == JsonValueKind.Object
                ? Parse(status)
                : throw Invalid("it has no status");
        }
        catch (JsonException)
        {
            // Not even as inner exception: the parser's words may hold some of the output.
            throw Invalid("it is no JSON");
        }
    }

    private Answer Parse(JsonElement status)
    {
        string? token = Text(status, "token"), certificate = Text(status, "clientCertificateData"), key = Text(status, "clientKeyData");
        if (token is null && certificate is null)
        {
            throw Invalid("its status has neither a token nor a client certificate");
        }

        if (certificate is null != key is null)
        {
            throw Invalid("its status has only one of clientCertificateData and clientKeyData");
        }

        DateTimeOffset? expires = Text(status, "expirationTimestamp") is not { } text
            ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed)
                ? parsed
                : throw Invalid("its expirationTimestamp is no time");
        string place = $"the credential plugin '{plugin.Command}'";
        AuthenticationHeaderValue? authorization = token is null ? null : Authorization.Bearer(token, place);
        return new Answer(new ClusterIdentity(authorization, certificate is null ? ownCertificate : ReadCertificate(certificate, key!, place)), expires);
    }

    private static ClientCertificate ReadCertificate(string certificate, string key, string place)
    {
        byte[] keyBytes = Encoding.UTF8.GetBytes(key);
        try
        {
            return ClientCertificate.Read(Encoding.UTF8.GetBytes(certificate), $"clientCertificateData of {place}", keyBytes, $"clientKeyData of {place}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyBytes);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private MeshException Invalid(string what) => ConnectionErrors.ExecOutputInvalid(plugin.Place, plugin.Command, what);

    private void DisposeCertificate(Answer? answer)
    {
        if (answer?.Identity.Certificate is { } certificate && !ReferenceEquals(certificate, ownCertificate))
        {
            certificate.Dispose();
        }
    }

    private sealed record Answer(ClusterIdentity Identity, DateTimeOffset? Expires)
    {
        internal bool IsFresh(DateTimeOffset now) =>
            !(Expires - s_early <= now) && !(Identity.Certificate?.NotAfter - s_early <= now);
    }
}
