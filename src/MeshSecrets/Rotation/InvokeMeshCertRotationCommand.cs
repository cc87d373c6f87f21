using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using MeshSecrets.Certificates;
using MeshSecrets.Issuers;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Renews the TLS keys that are due, each through the authority that issued it.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "MeshCertRotation", SupportsShouldProcess = true)]
[OutputType(typeof(MeshRotationResult), typeof(MeshWorkload))]
public sealed partial class InvokeMeshCertRotationCommand : WorkloadRestartCommand, IDisposable
{
    // Where each key is written for itself, all go in one run: a pause between two would leave the connections idle.
    private const int MaxPending = 10_000;

    private readonly List<RotationItem> _pending = new(TlsKeyBatch.Size);
    private readonly List<MeshRotationResult> _failed = [];
    private readonly List<MeshException> _notFound = [];
    private readonly Dictionary<MeshStore, IssuerDirectory> _directories = [];
    private MeshStore? _pendingStore;
    private WorkProgress? _progress;
    private bool _toldShortened;

    /// <summary>Names, with wildcards; without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TlsKeyCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Labels that it must have; <c>*</c> as a value asks only that the label is there.</summary>
    [Parameter]
    public IDictionary? Label { get; set; }

    /// <summary>Renew what ends within this time, in place of a share of its life: <c>30d</c>, <c>12h</c>.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? Before { get; set; }

    /// <summary>The share of its life after which a certificate is due; usually two thirds.</summary>
    [Parameter]
    [ValidateRange(0.01, 1.0)]
    public double ShareOfLife { get; set; } = RotationPolicy.UsualShareOfLife;

    /// <summary>Renew all that names and labels mean, whatever their age.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Keep the private key, for peers that pin it; otherwise each renewal makes a new one.</summary>
    [Parameter]
    public SwitchParameter ReuseKey { get; set; }

    /// <summary>An authority in place of the recorded ones, which is recorded from then on; also for TLS keys that were imported.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AuthorityCompleter))]
    public string? Issuer { get; set; }

    /// <summary>How many are renewed at once; usually as many as there are processors, or connections to a cluster.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int? ThrottleLimit { get; set; }

    /// <summary>How long to wait for another runner that rotates in the same namespace of a cluster; usually five minutes.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? WaitFor { get; set; }

    /// <summary>At the end, restart the workloads of the cluster that use what was renewed, one after the other.</summary>
    [Parameter]
    public SwitchParameter RestartWorkload { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    private RotationPolicy Policy => new() { Before = Before, ShareOfLife = ShareOfLife, All = Force, TakesRestarts = RestartWorkload };

    /// <summary>Disposes the authorities that were opened.</summary>
    public void Dispose()
    {
        foreach (IssuerDirectory directory in _directories.Values)
        {
            directory.Dispose();
        }

        _directories.Clear();
    }

    private protected override string? OnlyType => SecretType.Tls;

    private protected override string Noun => "TLS key";

    /// <inheritdoc/>
    protected override void Process()
    {
        // Reading elsewhere finds nothing in a store that is not there; here that would look like "nothing is due".
        MeshStore store = RequireStore(Store);
        if (RestartWorkload)
        {
            _ = SelectionIn(store); // Before anything is renewed: a store without workloads is an error.
        }

        foreach (string name in Name)
        {
            try
            {
                Renew(store, name);
            }
            catch (MeshException e) when (e.Kind == MeshErrorKind.NotFound)
            {
                _notFound.Add(e);
            }
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        try
        {
            Flush();
        }
        finally
        {
            _progress?.Dispose();
        }

        // What runs goes on with the former certificate until then.
        var unready = RestartSelected(UsualPatience);

        // Only now: with ErrorActionPreference Stop the first error ends the command, and it must stop no other renewal.
        _notFound.ForEach(error => WriteError(error, target: null));
        foreach (MeshRotationResult failed in _failed)
        {
            WriteError(RotationErrors.NotRenewed(failed), failed);
        }

        foreach ((MeshException error, MeshWorkload? workload) in unready)
        {
            WriteError(error, workload);
        }
    }

    private protected override void FinishPending() => Flush();

    private void Renew(MeshStore store, string name)
    {
        // A typing error must not look like "nothing is due".
        if (!WildcardPattern.ContainsWildcardCharacters(name) && !Search(store, name, usualScope: false).Any())
        {
            throw NotFound(name, usualScope: false);
        }

        if (_pendingStore != store)
        {
            Flush();
            _pendingStore = store;
        }

        (SecretQuery query, Func<SecretMetadata, bool> matches) = ToSearch(name, usualScope: false);
        query = query with { Labels = ImmutableDictionary.CreateRange(Labels.From(Label)) };
        foreach (RotationItem item in Stream(ct => Rotation(store).PlanAsync(query, Policy, ct)).Where(item => matches(item.Secret)))
        {
            if (TakeOver(item, store))
            {
                continue;
            }

            Ask(item, store);
            if (_pending.Count >= MostPending(store))
            {
                Flush();
            }
        }
    }

    private int MostPending(MeshStore store) =>
        store.Engine is not IBatchStore ? MaxPending : _pending.Any(pending => pending.IsRsa) ? TlsKeyBatch.SizeWithRsa : TlsKeyBatch.Size;

    private void Ask(RotationItem item, MeshStore store)
    {
        string issuer = Issuer ?? item.Secret.Annotations.GetValueOrDefault(IssuanceRecord.IssuerAnnotation) ?? "no recorded authority";
        if (ShouldProcess($"Renew {item.Secret.Id} by {issuer}: {item.Reason.Message}", $"Renew {item.Secret.Id}? It {item.Reason.Message}.", "Renew TLS keys", out ShouldProcessReason reason))
        {
            _pending.Add(item);
        }
        else if (reason == ShouldProcessReason.WhatIf)
        {
            MeshException? obstacle = Rotation(store).FindObstacle(item, isIssuerNamed: Issuer is not null);
            Give(obstacle is null
                ? new MeshRotationResult(item, store)
                : new MeshRotationResult(new RotationResult(item, RotationStatus.Failed, Metadata: null, IsShortened: false, obstacle), store));
        }
    }

    private void Flush()
    {
        if (_pending.Count == 0 || _pendingStore is not { } store)
        {
            return;
        }

        RotationItem[] items = [.. _pending];
        _pending.Clear();
        _progress ??= StartProgress("Renewing TLS keys");
        ICertificateIssuer? issuer = Issuer is null ? null : Run(ct => Directory(store).FindAuthorityAsync(Issuer, mesh: null, @namespace: null, ct));
        RotationOptions options = new() { ReuseKey = ReuseKey, MaxConcurrency = ThrottleLimit, Issuer = issuer, RestartDue = RestartWorkload ? Time.GetUtcNow() : null };
        options = WaitFor is { } patience ? options with { Patience = patience } : options;
        Run(async (output, ct) =>
        {
            RotationOptions spoken = options with { OnWaiting = message => output.WriteWarning($"Waiting for at most {Duration.Format(options.Patience)}, until {Time.GetUtcNow() + options.Patience:u}. {message}") };
            await foreach (RotationResult result in Rotation(store).RunAsync(items, spoken, ct).ConfigureAwait(false))
            {
                output.Post(() => Write(new MeshRotationResult(result, store) { IsTrial = IsDryRun }));
            }
        });
    }

    private void Write(MeshRotationResult result)
    {
        _progress!.Advance(result.Name);
        if (result.Shortened && !_toldShortened)
        {
            _toldShortened = true;
            WriteWarning($"{result} until {result.NotAfter:u} only, when its authority ends. So may be others that follow. Renew the authority.");
        }

        if (result.ErrorId is not null && result.Status == nameof(RotationStatus.Failed))
        {
            _failed.Add(result);
        }

        Give(result);
    }

    private void Give(MeshRotationResult result)
    {
        Owe(result);
        WriteObject(result);
    }

    private LeafRotation Rotation(MeshStore store) => new(WriterOf(store), Directory(store), Time);

    private IssuerDirectory Directory(MeshStore store)
    {
        if (!_directories.TryGetValue(store, out IssuerDirectory? directory))
        {
            _directories.Add(store, directory = new IssuerDirectory(store.Engine, Time));
        }

        return directory;
    }
}
