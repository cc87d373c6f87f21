using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Makes an earlier version of a secret the current one, also of one that was removed.</summary>
[Cmdlet(VerbsData.Restore, "MeshSecret", SupportsShouldProcess = true)]
[OutputType(typeof(MeshSecret), typeof(MeshTlsKey))]
public sealed class RestoreMeshSecretCommand : ScopedCommand
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The version to restore; <c>Get-MeshSecret -AllVersions</c> lists them.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public long Version { get; set; }

    /// <summary>Gives the restored secret, without its values.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        SecretId id = ToId(Name);
        MeshStore store = FindStore() ?? throw SecretInputErrors.NotFound(id);
        IVersionedStore versioned = store.Require<IVersionedStore>("keeps no earlier versions");
        if (!ShouldProcess(id.ToString(), $"Restore version {Version}"))
        {
            return;
        }

        SecretMetadata restored = Run(ct => RestoreAsync(versioned, id, ct));
        if (PassThru)
        {
            WriteObject(MeshSecret.From(restored, store));
        }
    }

    private async Task<SecretMetadata> RestoreAsync(IVersionedStore store, SecretId id, CancellationToken cancellationToken)
    {
        using Secret? earlier = await store.GetVersionAsync(id, Version, cancellationToken).ConfigureAwait(false);
        if (earlier is null)
        {
            IReadOnlyList<SecretMetadata> kept = await store.ListVersionsAsync(id, cancellationToken).ConfigureAwait(false);
            throw kept.Count == 0
                ? SecretInputErrors.NotFound(id)
                : SecretInputErrors.VersionNotFound(id, Version, kept.Select(metadata => metadata.Version));
        }

        return await store.PutAsync(new SecretWrite(earlier, WriteMode.CreateOrUpdate, "restore"), cancellationToken).ConfigureAwait(false);
    }
}
