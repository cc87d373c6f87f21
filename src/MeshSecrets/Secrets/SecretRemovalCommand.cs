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

    /// <summary>Says why one is not to be removed, or <see langword="null"/>.</summary>
    private protected virtual MeshException? Objection(MeshSecret secret) => null;

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

        // All at once, since each purge writes the store anew.
        foreach ((MeshStore store, List<SecretId> ids) in _toPurge)
        {
            Run(ct => store.Require<IVersionedStore>("cannot purge").PurgeAsync(ids, ct));
        }
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
        if (Objection(secret) is { } objection)
        {
            throw objection;
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

        IReadOnlyList<MeshException?> errors = Run(ct => chosen[0].Secret.Store.Engine.DeleteAllAsync([.. chosen.Select(each => each.Removal)], ct));
        foreach ((MeshSecret secret, MeshException? error) in chosen.Select(each => each.Secret).Zip(errors))
        {
            if (error is not null)
            {
                WriteError(error, secret);
                continue;
            }

            if (Purge)
            {
                ToPurge(secret.Store, secret.Metadata.Id);
            }

            if (PassThru)
            {
                WriteObject(secret);
            }
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
