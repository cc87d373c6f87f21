using System.Management.Automation;
using System.Security;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Commands;

/// <summary>Writes a store, with all kept versions and the audit trail, to one encrypted file.</summary>
[Cmdlet(VerbsData.Backup, "MeshStore", SupportsShouldProcess = true, DefaultParameterSetName = KeyFileSet)]
[OutputType(typeof(FileInfo))]
public sealed class BackupMeshStoreCommand : WholeStoreCommand
{
    private const string KeyFileSet = "KeyFile";
    private const string PassphraseSet = "Passphrase";

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The passphrase that protects the backup.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PassphraseSet)]
    [Passphrase]
    public SecureString? Passphrase { get; set; }

    /// <summary>The key file that protects the backup, created if it is not there; without it, backup.key beside the stores' key files. Keep it apart from the backup.</summary>
    [Parameter(ParameterSetName = KeyFileSet)]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>Overwrites a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore store = RequireStore();
        IBackupStore backup = store.Require<IBackupStore>("cannot be backed up to a file");
        string path = FilePaths.Literal(Path);
        if (System.IO.Path.Exists(path) && !Force)
        {
            throw PathErrors.Exists(path);
        }

        if (!ShouldProcess(path, $"Back up the store in {store.Location}"))
        {
            return;
        }

        EnsureSound(store);
        using StoreKeySource source = KeySources.From(Passphrase, KeyFile, FilePaths) ?? StoreKeySource.KeyFile();
        Run(ct => backup.BackupAsync(path, source, ct));
        WriteItem(path);
    }

    /// <summary>A backup of what is damaged could not be restored, and would take the place of one that can.</summary>
    private void EnsureSound(MeshStore store)
    {
        // What a killed writer left undone is no damage: the next write completes it, and a backup does without it.
        if (store.Engine is IVerifiableStore verifiable
            && Stream(verifiable.VerifyAsync).FirstOrDefault(finding => finding.FindingId is not ("AuditIncomplete" or "FileUnknown")) is { } finding)
        {
            throw SessionErrors.NotSound(store, finding);
        }
    }
}
