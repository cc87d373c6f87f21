using System.Management.Automation;
using System.Security;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Commands;

/// <summary>Makes a store of a backup, in a new folder, and connects it.</summary>
[Cmdlet(VerbsData.Restore, "MeshStore", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(MeshStore))]
public sealed class RestoreMeshStoreCommand : StoreSessionCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The backup; wildcards that mean one file are permitted.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The backup, named literally.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>The folder of the store that is made: a new or an empty one.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The passphrase that protects the backup.</summary>
    [Parameter]
    [Passphrase]
    public SecureString? Passphrase { get; set; }

    /// <summary>The key file that protects the backup; without it, and without a passphrase, backup.key beside the stores' key files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>The passphrase that shall protect the store.</summary>
    [Parameter]
    [Passphrase]
    public SecureString? StorePassphrase { get; set; }

    /// <summary>The key file that shall protect the store; without it, and without a passphrase, one in the usual folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StoreKeyFile { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if ((Passphrase is not null && KeyFile is not null) || (StorePassphrase is not null && StoreKeyFile is not null))
        {
            throw SessionErrors.TwoProtectors();
        }

        string backup = ParameterSetName == PathSet ? FilePaths.Expand(Path) is [string only] ? only : throw PathErrors.NotOne(Path) : FilePaths.LiteralExisting(LiteralPath);
        string destination = FilePaths.Literal(Destination);
        if (!ShouldProcess(destination, $"Restore the store from {backup}"))
        {
            return;
        }

        using StoreKeySource source = KeySources.From(Passphrase, KeyFile, FilePaths) ?? StoreKeySource.KeyFile();
        using StoreKeySource? protector = KeySources.From(StorePassphrase, StoreKeyFile, FilePaths);
        EmbeddedStoreOptions options = new() { Path = destination, KeySource = protector, TimeProvider = Time };
        EmbeddedStore engine = Run(async ct =>
        {
            await EmbeddedStore.RestoreAsync(backup, source, options, ct).ConfigureAwait(false);
            return await EmbeddedStore.OpenAsync(options, ct).ConfigureAwait(false);
        });
        WriteObject(StoreSession.Current.Add(StoreSession.NameFor(destination), engine, makeDefault: false));
    }
}
