using System.Management.Automation;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that remove secrets of some kind. Their earlier versions stay, unless they are purged.</summary>
public abstract class SecretRemovalCommand : SecretSearchCommand
{
    private const int BatchSize = 256;

    private const string BegunId = "SecretBeingRemoved";

    private readonly Dictionary<MeshStore, List<SecretId>> _toPurge = [];
    private readonly List<(MeshSecret Secret, SecretRemoval Removal)> _pending = [];
    private readonly Dictionary<MeshStore, StoreUses> _uses = [];
    private readonly HashSet<MeshStore> _warned = [];
    private readonly List<(MeshSecret Secret, SecretRemoval Removal, IReadOnlyList<StoreUser> Users)> _inUse = [];
    private readonly HashSet<(MeshStore Store, SecretId Id)> _removed = [];

    /// <summary>Only if this is still the current resource version. It comes along in the pipeline from a Get cmdlet.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? ResourceVersion { get; set; }

    /// <summary>Erases all versions from the disk, those of what was removed before included. Nothing brings them back.</summary>
    [Parameter]
    public SwitchParameter Purge { get; set; }

    /// <summary>Gives what was removed, without its values.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Remove it even if resources or certificates in the store use it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be removed: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <summary>Removes what names and scope mean.</summary>
    private protected void Remove(string[] names)
    {
        MeshStore? store = FindStore();
        if (store is not null)
        {
            _ = WriterOf(store); // Before anything is asked: a purge would not be tried only.
        }

        foreach (string name in names)
        {
            Guard(name, () => Remove(store, name));
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        Flush();
        RemoveFreed();
        ErasePurged();
    }

    private protected override void FinishPending()
    {
        Flush();
        ErasePurged();
    }

    private void Remove(MeshStore? store, string name)
    {
        if (Purge)
        {
            store?.Require<IVersionedStore>("keeps no versions that could be purged; leave -Purge out"); // Before anything is removed.
        }

        bool found = false;
        foreach (MeshSecret secret in Search(store, name, usualScope: true))
        {
            found = true;
            Guard(secret.Metadata.Id, () => Remove(secret));
        }

        if (!found && !WildcardPattern.ContainsWildcardCharacters(name) && !PurgeRemoved(store, ToId(name)))
        {
            throw NotFound(name, usualScope: true);
        }
    }

    private void Remove(MeshSecret secret)
    {
        SecretRemoval removal = new(secret.Metadata.Id, string.IsNullOrEmpty(ResourceVersion) ? null : ResourceVersion);
        if (!Force && FindUsers(secret) is { Count: > 0 } users)
        {
            _inUse.Add((secret, removal, users)); // Its users may be removed, too, by what comes later in the pipeline.
            return;
        }

        if (!Force && _uses.TryGetValue(secret.Store, out StoreUses? uses) && secret.Type != SecretType.Resource)
        {
            if (uses.Denied is [{ } denied, ..])
            {
                throw RemovalErrors.UsesUnknown(secret.Metadata.Id, denied);
            }

            if (uses.Unseen.Count > 0 && _warned.Add(secret.Store))
            {
                WriteWarning($"Only the namespaces of the connection '{secret.Store}' were searched for users; what other namespaces use is not known.");
            }
        }

        Accept(secret, removal);
    }

    private void Accept(MeshSecret secret, SecretRemoval removal)
    {
        SecretId id = secret.Metadata.Id;
        // A trial removes nothing, so nobody need be asked.
        if (!(IsDryRun && !IsWhatIf) && !ShouldProcess(id.ToString(), Purge ? $"Remove {Noun} and erase all its versions" : $"Remove {Noun}"))
        {
            if (IsWhatIf)
            {
                _removed.Add((secret.Store, id));
            }

            return;
        }

        if (_pending.Count == BatchSize || (_pending.Count > 0 && _pending[0].Secret.Store != secret.Store))
        {
            Flush();
        }

        _pending.Add((secret, removal));
    }

    /// <summary>Removes what was in use, as far as all its users were removed by this command; what still is in use is an error.</summary>
    private void RemoveFreed()
    {
        bool any = true;
        while (any)
        {
            any = false;
            foreach (var held in _inUse.Where(held => held.Users.All(user => _removed.Contains((held.Secret.Store, user.Id)))).ToArray())
            {
                any = true;
                _inUse.Remove(held);
                Accept(held.Secret, held.Removal);
            }

            Flush();
        }

        var kept = _inUse.ToArray();
        _inUse.Clear();
        foreach ((MeshSecret secret, SecretRemoval _, IReadOnlyList<StoreUser> users) in kept)
        {
            WriteError(RemovalErrors.InUse(secret.Metadata.Id, [.. users.Where(user => !_removed.Contains((secret.Store, user.Id)))]), secret);
        }
    }

    private IReadOnlyList<StoreUser> FindUsers(MeshSecret secret)
    {
        if (secret.Type == SecretType.Resource)
        {
            return []; // Nobody names a resource; and a broken one, which keeps others from being judged, must be removable.
        }

        if (!_uses.TryGetValue(secret.Store, out StoreUses? uses))
        {
            _uses.Add(secret.Store, uses = new StoreUses(secret.Store.Engine));
        }

        return uses.FindKnown(secret.Metadata) ?? Run(ct => uses.FindAsync(secret.Metadata, ct));
    }

    private void Flush()
    {
        (MeshSecret Secret, SecretRemoval Removal)[] chosen = [.. _pending];
        _pending.Clear();
        if (chosen.Length == 0)
        {
            return;
        }

        List<(MeshException Error, MeshSecret Secret)> failed = [], begun = [];
        IReadOnlyList<MeshException?> errors = Run(ct => new StoredResources(WriterOf(chosen[0].Secret.Store)).DeleteAllAsync([.. chosen.Select(each => (each.Secret.Metadata, each.Removal))], ct));
        foreach ((MeshSecret secret, MeshException? error) in chosen.Select(each => each.Secret).Zip(errors))
        {
            if (error is not null)
            {
                (error.ErrorId == BegunId ? begun : failed).Add((error, secret));
            }
            else
            {
                _removed.Add((secret.Store, secret.Metadata.Id));
                if (Purge && !IsDryRun)
                {
                    ToPurge(secret.Store, secret.Metadata.Id);
                }
            }
        }

        ErasePurged(); // At once: what is said to be purged must not stay readable because the pipeline was stopped.
        foreach ((MeshSecret secret, MeshException? _) in chosen.Select(each => each.Secret).Zip(errors).Where(each => (PassThru || IsDryRun) && each.Second is null))
        {
            WriteObject(secret);
        }

        begun.ForEach(each => WriteWarning(each.Error.Message)); // It was done as it was asked, and goes on without us.
        failed.ForEach(each => WriteError(each.Error, each.Secret));
    }

    private void ErasePurged()
    {
        (MeshStore Store, List<SecretId> Ids)[] purges = [.. _toPurge.Select(each => (each.Key, each.Value))];
        _toPurge.Clear();
        foreach ((MeshStore store, List<SecretId> ids) in purges)
        {
            Run(ct => store.Require<IVersionedStore>("cannot purge").PurgeAsync(ids, ct));
        }
    }

    private bool PurgeRemoved(MeshStore? store, SecretId id)
    {
        if (!Purge || store?.Engine is not IVersionedStore versioned || Run(ct => versioned.ListVersionsAsync(id, ct)).Count == 0)
        {
            return false;
        }

        if (ShouldProcess(id.ToString(), $"Erase all versions of removed {Noun}"))
        {
            ToPurge(store, id);
        }

        return true;
    }

    private void ToPurge(MeshStore store, SecretId id)
    {
        if (!_toPurge.TryGetValue(store, out List<SecretId>? ids))
        {
            _toPurge.Add(store, ids = []);
        }

        ids.Add(id);
    }
}
