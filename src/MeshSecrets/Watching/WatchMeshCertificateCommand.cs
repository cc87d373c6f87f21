using System.Management.Automation;
using System.Runtime.CompilerServices;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Watching;

namespace MeshSecrets.Commands;

/// <summary>Tells of certificates that are issued, rotated, changed, expiring and removed, as it happens and until it is stopped.</summary>
[Cmdlet(VerbsCommon.Watch, "MeshCertificate")]
[OutputType(typeof(MeshCertificateEvent))]
public sealed class WatchMeshCertificateCommand : WatchCommand
{
    /// <summary>A certificate is told as expiring this time before its end, in place of a share of its life: <c>30d</c>, <c>12h</c>.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? ExpiresWithin { get; set; }

    /// <summary>The share of its life after which a certificate is told as expiring; usually two thirds, as Invoke-MeshCertRotation has it.</summary>
    [Parameter]
    [ValidateRange(0.01, 1.0)]
    public double ShareOfLife { get; set; } = RotationPolicy.UsualShareOfLife;

    private protected override async IAsyncEnumerable<object> WatchAsync(
        MeshStore store, SecretQuery query, Func<SecretId, bool> matches, PipelineOutput output, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CertificateWatch watch = new(Watchable(store), Time);
        CertificateWatchOptions options = new()
        {
            Policy = new RotationPolicy { Before = ExpiresWithin, ShareOfLife = ShareOfLife },
            IncludePresent = IncludePresent,
            OnBreak = output.WriteVerbose,
            OnTrouble = output.WriteWarning,
        };
        await foreach (CertificateEvent happened in watch.RunAsync(query, options, cancellationToken).ConfigureAwait(false))
        {
            if (matches(happened.Id))
            {
                yield return new MeshCertificateEvent(happened, store);
            }
        }
    }
}
