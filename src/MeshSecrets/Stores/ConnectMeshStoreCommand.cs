using System.Management.Automation;
using System.Security;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Commands;

/// <summary>Connects a store to the session, and creates it if wanted.</summary>
[Cmdlet(VerbsCommunications.Connect, "MeshStore", SupportsShouldProcess = true, DefaultParameterSetName = KeyFileSet)]
[OutputType(typeof(MeshStore))]
public sealed partial class ConnectMeshStoreCommand : StoreSessionCommand
{
    private const string KeyFileSet = "KeyFile";
    private const string PassphraseSet = "Passphrase";

    /// <summary>The store's folder, taken literally. Without it, the default store's.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = KeyFileSet)]
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = PassphraseSet)]
    [Alias("PSPath", "Location")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The name that <c>-Store</c> takes for it in this session; without it, the folder's name, or that of the cluster's context.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The passphrase that protects the store. Without it, and without a key file, the one in MESHSECRETS_PASSPHRASE if the store needs one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PassphraseSet)]
    [Passphrase]
    public SecureString? Passphrase { get; set; }

    /// <summary>The key file that protects the store; without it, the one that the store names.</summary>
    [Parameter(ParameterSetName = KeyFileSet)]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>Creates the store if there is none. The default store needs it not. A new store, too, becomes the session's default store unless -NoDefault is given.</summary>
    [Parameter(ParameterSetName = KeyFileSet)]
    [Parameter(ParameterSetName = PassphraseSet)]
    public SwitchParameter Create { get; set; }

    /// <summary>How many versions of a secret a new store keeps, the current one included.</summary>
    [Parameter(ParameterSetName = KeyFileSet)]
    [Parameter(ParameterSetName = PassphraseSet)]
    [ValidateRange(1, 1000)]
    public int? VersionsKept { get; set; }

    /// <summary>Leaves the session's default store as it is.</summary>
    [Parameter]
    public SwitchParameter NoDefault { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore? store = ParameterSetName is KubernetesSet or InClusterSet ? ConnectCluster() : ConnectFolder();
        if (store is null)
        {
            return;
        }

        if (!NoDefault)
        {
            WriteVerbose($"{store.Name} is now the default store, which cmdlets without -Store use; -NoDefault leaves the former one.");
        }

        WriteObject(store);
    }

    private MeshStore? ConnectFolder()
    {
        string home = StoreLocations.DefaultStore();
        string path = Path is null ? home : FilePaths.Literal(Path);
        bool create = Create || path == home;
        EnsureNameFree(path);
        if (create && !EmbeddedStore.Exists(path) && !ShouldProcess(path, "Create store"))
        {
            return null;
        }

        using StoreKeySource? source = KeySources.From(Passphrase, KeyFile, FilePaths);
        EmbeddedStoreOptions options = new() { Path = path, KeySource = source, CreateIfMissing = create, TimeProvider = Time };
        EmbeddedStore engine = Run(ct => EmbeddedStore.OpenAsync(VersionsKept is { } kept ? options with { VersionsKept = kept } : options, ct));
        return Register(engine, path == home ? StoreSession.DefaultName : StoreSession.NameFor(path));
    }

    private void EnsureNameFree(string location)
    {
        if (Name is not null && StoreSession.Current.Find(Name) is { } namesake && namesake.Location != location)
        {
            throw SessionErrors.NameTaken(Name, namesake.Location);
        }
    }

    private MeshStore Register(ISecretStore engine, string usualName)
    {
        StoreSession session = StoreSession.Current;
        string name = Name ?? usualName;

        // A folder is open once. A cluster may be connected under several names, with other namespaces or rights each.
        MeshStore? known = session.Stores.FirstOrDefault(store =>
            store.Location == engine.Location && (engine is EmbeddedStore || store.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
        if (known is null)
        {
            return session.Add(name, engine, makeDefault: !NoDefault);
        }

        // What was read from the store before keeps pointing to it, so the object stays the same.
        ISecretStore spare = known.Reconnect(engine);
        Run(ct => spare.DisposeAsync().AsTask());
        known.Name = Name ?? known.Name;
        if (!NoDefault)
        {
            session.MakeDefault(known);
        }

        return known;
    }
}
