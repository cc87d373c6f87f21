using System.Management.Automation;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <content>Storing: one batch is on its way into the store while the next one is read.</content>
public sealed partial class ImportMeshSecretCommand
{
    /// <summary>The name by which the view with Status finds what was imported; its class stays what it is.</summary>
    private const string ViewName = "MeshSecrets.MeshSecret#Imported";

    private readonly List<(string Source, string Place)> _places = [];
    private readonly HashSet<SecretId> _ids = [];
    private Writing? _writing;
    private bool _isTelling;
    private SecretImport? _import;
    private MeshStore? _importedTo;

    private protected override void FinishPending() => Flush();

    private void Keep(Secret secret, string source, string place)
    {
        MeshStore store = ResolveStore();
        if (_ids.Contains(secret.Id) || (_batch.Store is { } other && other != store))
        {
            StartWriting();
        }

        _batch.Add(store, new SecretWrite(secret, WriteMode.Create));
        _places.Add((source, place));
        _ids.Add(secret.Id);
        bool isFree = _writing is not { HasEnded: false };
        if (_batch.IsDue || (isFree && _batch.IsWorthWriting))
        {
            StartWriting();
        }
        else if (isFree)
        {
            FinishWriting();
        }
    }

    private void Flush()
    {
        if (_isTelling)
        {
            return; // An error among what was written is told in its order; what was read after it comes after it.
        }

        StartWriting();
        FinishWriting();
    }

    /// <summary>Has what was collected written while more is read. One batch after the other, as one may hold the same secret again.</summary>
    private void StartWriting()
    {
        FinishWriting();
        if (_batch.Store is not { } store)
        {
            return;
        }

        if (_importedTo != store)
        {
            (_import, _importedTo) = (new SecretImport(WriterOf(store), Force), store);
        }

        (SecretBatch batch, SecretImport import) = (_batch, _import!);
        _batch = new SecretBatch(WriterOf, Time);
        _writing = new Writing(
            store,
            batch,
            [.. _places],
            RunAhead(ct => batch.WriteAsync((_, writes, token) => import.StoreAsync([.. writes.Select(write => write.Secret)], token), ct)));
        _places.Clear();
        _ids.Clear();
    }

    private void FinishWriting()
    {
        if (_writing is not { } writing)
        {
            return;
        }

        _writing = null;
        IReadOnlyList<ImportResult> results = writing.Finish();
        _isTelling = true;
        try
        {
            foreach ((ImportResult result, (string source, string place)) in results.Zip(writing.Places))
            {
                Tell(result, source, place, writing.Store);
            }
        }
        finally
        {
            _isTelling = false;
        }
    }

    private void Tell(ImportResult result, string source, string place, MeshStore store)
    {
        if (result.Error is { } error)
        {
            WriteError(ManifestIntake.ErrorOf(source, place, error), target: null);
            return;
        }

        PSObject imported = PSObject.AsPSObject(MeshSecret.From(result.Metadata!, store));
        imported.Properties.Add(new PSNoteProperty("Status", result.Status.ToString()));
        imported.TypeNames.Insert(0, ViewName);
        WriteObject(imported);
    }

    /// <summary>A batch on its way into a store.</summary>
    private sealed record Writing(MeshStore Store, SecretBatch Batch, IReadOnlyList<(string Source, string Place)> Places, WorkAhead<IReadOnlyList<ImportResult>> Work) : IDisposable
    {
        internal bool HasEnded => Work.HasEnded;

        internal IReadOnlyList<ImportResult> Finish()
        {
            using (this)
            {
                return Work.Finish();
            }
        }

        public void Dispose()
        {
            Work.Dispose();
            Batch.Dispose();
        }
    }
}
