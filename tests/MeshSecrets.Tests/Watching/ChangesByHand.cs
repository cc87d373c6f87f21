using System.Threading.Channels;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Watching;

/// <summary>A store that tells of the changes that a test makes up, and does nothing else.</summary>
internal sealed class ChangesByHand : IWatchableStore
{
    private readonly Channel<SecretChange> _changes = Channel.CreateUnbounded<SecretChange>();
    private readonly Dictionary<SecretId, SecretMetadata> _secrets = [];

    /// <summary>How many changes are not taken yet.</summary>
    internal int Waiting => _changes.Reader.Count;

    internal SecretQuery? Asked { get; private set; }

    public string Kind => "ByHand";

    public string Location => "here";

    /// <summary>A secret is there, or changes.</summary>
    internal void Tell(SecretChangeKind kind, string name, string? thumbprint, DateTimeOffset notBefore = default, DateTimeOffset notAfter = default)
    {
        SecretMetadata secret = new()
        {
            Id = new SecretId(name, mesh: null, "shop"),
            Type = SecretType.Tls,
            Certificate = thumbprint is null ? null : new CertificateSummary
            {
                Thumbprint = thumbprint,
                Subject = "",
                Issuer = "",
                SerialNumber = "1",
                NotBefore = notBefore,
                NotAfter = notAfter,
                KeyAlgorithm = "P256",
            },
        };
        SecretMetadata? former = _secrets.GetValueOrDefault(secret.Id);
        _secrets[secret.Id] = secret;
        RememberedSecret? remembered = former is null ? null : new(former.Id, former.Type, "", former.Certificate?.Thumbprint, former.Certificate?.NotAfter);
        Assert.True(_changes.Writer.TryWrite(new SecretChange(kind, secret, kind == SecretChangeKind.Added ? null : remembered)));
    }

    internal void End() => _changes.Writer.Complete();

    public IAsyncEnumerable<SecretChange> WatchAsync(SecretQuery query, SecretWatchOptions options, CancellationToken cancellationToken)
    {
        Assert.True(options.IncludePresent);
        Asked = query;
        return _changes.Reader.ReadAllAsync(cancellationToken);
    }

    public Task<Secret?> GetAsync(SecretId id, CancellationToken cancellationToken) => throw new InvalidOperationException("A watch reads no secret.");

    public IAsyncEnumerable<SecretMetadata> ListAsync(SecretQuery query, CancellationToken cancellationToken) => throw new InvalidOperationException("A watch lists by itself.");

    public Task<SecretMetadata> PutAsync(SecretWrite write, CancellationToken cancellationToken) => throw new InvalidOperationException("A watch writes nothing.");

    public Task DeleteAsync(SecretId id, string? resourceVersion, CancellationToken cancellationToken) => throw new InvalidOperationException("A watch removes nothing.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
