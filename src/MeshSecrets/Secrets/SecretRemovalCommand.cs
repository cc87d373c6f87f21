using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that remove secrets of some kind. Their earlier versions stay, unless they are purged.</summary>
public abstract class SecretRemovalCommand : SecretSearchCommand
{
    private const int BatchSize = 256;

    private readonly Dictionary<MeshStore, List<SecretId>> _toPurge = [];
    private readonly List<(MeshSecret Secret, SecretRemoval Removal)> _pending = [];

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

    /// <summary>Whether an authority is removed even if something in the store is to be renewed by it.</summary>
    private protected virtual bool IgnoresUse => false;

    /// <summary>Removes what names and scope mean.</summary>
    private protected void Remove(string[] names)
    {
        MeshStore? store = FindStore();
        foreach (string name in names)
        {
            Guard(name, () => Remove(store, name));
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        Flush();
        ErasePurged();
    }

    private protected override void FinishPending()
    {
        Flush();
        ErasePurged();
    }

    private void Remove(MeshStore? store, string name)
    {
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
        SecretId id = secret.Metadata.Id;
        if (secret.Type == SecretType.CertificateAuthority && !IgnoresUse)
        {
            AuthorityUse.EnsureNone(secret.Metadata.Id, Stream(ct => AuthorityUse.FindAsync(secret.Store.Engine, secret.Metadata.Id, ct)));
        }

        if (!ShouldProcess(id.ToString(), Purge ? $"Remove {Noun} and erase all its versions" : $"Remove {Noun}"))
        {
            return;
        }

        if (_pending.Count == BatchSize || (_pending.Count > 0 && _pending[0].Secret.Store != secret.Store))
        {
            Flush();
        }

        _pending.Add((secret, new SecretRemoval(id, string.IsNullOrEmpty(ResourceVersion) ? null : ResourceVersion)));
    }

    private void Flush()
    {
        (MeshSecret Secret, SecretRemoval Removal)[] chosen = [.. _pending];
        _pending.Clear();
        if (chosen.Length == 0)
        {
            return;
        }

        List<(MeshException Error, MeshSecret Secret)> failed = [];
        IReadOnlyList<MeshException?> errors = Run(ct => chosen[0].Secret.Store.Engine.DeleteAllAsync([.. chosen.Select(each => each.Removal)], ct));
        foreach ((MeshSecret secret, MeshException? error) in chosen.Select(each => each.Secret).Zip(errors))
        {
            if (error is not null)
            {
                failed.Add((error, secret));
            }
            else if (Purge)
            {
                ToPurge(secret.Store, secret.Metadata.Id);
            }
        }

        ErasePurged(); // At once: what is said to be purged must not stay readable because the pipeline was stopped.
        foreach ((MeshSecret secret, MeshException? _) in chosen.Select(each => each.Secret).Zip(errors).Where(each => PassThru && each.Second is null))
        {
            WriteObject(secret);
        }

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
