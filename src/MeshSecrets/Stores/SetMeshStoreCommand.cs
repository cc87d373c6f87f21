using System.Management.Automation;
using System.Security;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Commands;

/// <summary>Changes what protects a store, or how many versions it keeps. No secret is written anew.</summary>
[Cmdlet(VerbsCommon.Set, "MeshStore", SupportsShouldProcess = true, DefaultParameterSetName = SettingsSet)]
[OutputType(typeof(MeshStore))]
public sealed class SetMeshStoreCommand : WholeStoreCommand
{
    private const string SettingsSet = "Settings";
    private const string PassphraseSet = "Passphrase";
    private const string KeyFileSet = "KeyFile";
    private const string DefaultKeyFileSet = "DefaultKeyFile";

    /// <summary>The passphrase that protects it from now on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PassphraseSet)]
    [Passphrase]
    public SecureString? Passphrase { get; set; }

    /// <summary>The key file that protects it from now on; created if it is not there.</summary>
    [Parameter(Mandatory = true, ParameterSetName = KeyFileSet)]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>A new key file in the usual folder protects it from now on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DefaultKeyFileSet)]
    public SwitchParameter UseDefaultKeyFile { get; set; }

    /// <summary>How many versions of a secret are kept, the current one included.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int? VersionsKept { get; set; }

    /// <summary>Gives the store.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore store = RequireStore();
        using StoreKeySource? source = UseDefaultKeyFile ? StoreKeySource.KeyFile() : KeySources.From(Passphrase, KeyFile, FilePaths);
        if (source is null && VersionsKept is null)
        {
            throw SessionErrors.NothingToChange(store);
        }

        if (source is not null && ShouldProcess(store.Location, source.IsPassphrase ? "Protect by a new passphrase" : "Protect by a new key file"))
        {
            IProtectedStore protectedStore = store.Require<IProtectedStore>("has no protection that can be changed");
            Run(ct => protectedStore.ChangeProtectorAsync(source, ct));
        }

        if (VersionsKept is { } count && ShouldProcess(store.Location, $"Keep {count} versions of each secret"))
        {
            EmbeddedStore embedded = store.Require<EmbeddedStore>("has no number of versions that can be changed");
            Run(ct => embedded.ChangeVersionsKeptAsync(count, ct));
        }

        if (PassThru)
        {
            WriteObject(store);
        }
    }
}
