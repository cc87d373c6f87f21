using System.Collections.Concurrent;
using MeshSecrets.Issuers;

namespace MeshSecrets.Tests.Rotation.Kubernetes;

/// <summary>Counts what is issued, by subject alternative name, for all runners together.</summary>
internal sealed class CountingIssuer
{
    private readonly ConcurrentDictionary<string, int> _issued = new();

    internal int Total => _issued.Values.Sum();

    internal int Most => _issued.IsEmpty ? 0 : _issued.Values.Max();

    /// <summary>What must have happened before each certificate.</summary>
    internal Func<CancellationToken, Task> Before { get; init; } = _ => Task.CompletedTask;

    internal ICertificateIssuer Around(ICertificateIssuer inner) => new Counting(this, inner);

    private sealed class Counting(CountingIssuer owner, ICertificateIssuer inner) : ICertificateIssuer
    {
        public IssuerReference Reference => inner.Reference;

        public async ValueTask<IssuedCertificate> IssueAsync(CertificateOrder order, CancellationToken cancellationToken)
        {
            await owner.Before(cancellationToken);
            owner._issued.AddOrUpdate(order.Names.ToString(), 1, (_, count) => count + 1);
            return await inner.IssueAsync(order, cancellationToken);
        }

        public void Dispose()
        {
            // The inner one is the directory's.
        }
    }
}
