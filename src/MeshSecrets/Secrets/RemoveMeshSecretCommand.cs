using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Removes secrets. Their earlier versions stay, unless they are purged.</summary>
[Cmdlet(VerbsCommon.Remove, "MeshSecret", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MeshSecret), typeof(MeshTlsKey))]
public sealed class RemoveMeshSecretCommand : SecretSearchCommand
{
    private readonly Dictionary<MeshStore, List<SecretId>> _toPurge = [];

    /// <summary>Names; wildcards are permitted.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Only if this is still the current resource version. It comes along in the pipeline from Get-MeshSecret.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? ResourceVersion { get; set; }

    /// <summary>Erases all versions from the disk, those of secrets that were removed before included. Nothing brings them back.</summary>
    [Parameter]
    public SwitchParameter Purge { get; set; }

    /// <summary>Gives what was removed, without its values.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore? store = FindStore();
        foreach (string name in Name)
        {
            Guard(name, () => Remove(store, name));
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
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
        if (!ShouldProcess(id.ToString(), Purge ? "Remove secret and erase all its versions" : "Remove secret"))
        {
            return;
        }

        Run(ct => secret.Store.Engine.DeleteAsync(id, string.IsNullOrEmpty(ResourceVersion) ? null : ResourceVersion, ct));
        if (Purge)
        {
            ToPurge(secret.Store, id);
        }

        if (PassThru)
        {
            WriteObject(secret);
        }
    }

    private bool PurgeRemoved(MeshStore? store, SecretId id)
    {
        if (!Purge || store?.Engine is not IVersionedStore versioned || Run(ct => versioned.ListVersionsAsync(id, ct)).Count == 0)
        {
            return false;
        }

        if (ShouldProcess(id.ToString(), "Erase all versions of removed secret"))
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
