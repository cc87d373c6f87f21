using System.Management.Automation;
using System.Security;
using System.Text;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Saving;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Saves every certificate authority that is found in manifests or in a store: certificate, key and chain, read back and proven.</summary>
[Cmdlet(VerbsData.Save, "MeshCa", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(MeshSavedCa))]
public sealed class SaveMeshCaCommand : SecretSearchCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string TextSet = "InputObject";
    private const string NameSet = "Name";
    private const string SecretSet = "Secret";

    private readonly StringBuilder _text = new();
    private readonly List<MeshSecret> _stored = [];
    private readonly HashSet<string> _saved = new(StringComparer.Ordinal);
    private bool _any;

    /// <summary>Manifests, or folders of manifests, with wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Manifests or folders, named literally.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The text of manifests, as <c>kubectl get secret -o yaml</c> writes it, whole or line by line.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TextSet)]
    [AllowEmptyString]
    public string[] InputObject { get; set; } = [];

    /// <summary>Secrets in the store, with wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Secrets or authorities from the other cmdlets.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = SecretSet)]
    public MeshSecret[] Secret { get; set; } = [];

    /// <summary>The folder in which each authority gets a folder of its name, or with -Password a PKCS#12 file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Save them in the store, as global authorities that can issue.</summary>
    [Parameter]
    public SwitchParameter ToStore { get; set; }

    /// <summary>The password of the PKCS#12 files.</summary>
    [Parameter]
    [Passphrase]
    public SecureString? Password { get; set; }

    /// <summary>Replace what was saved before.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be saved: with -ToStore, for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (ToStore == (Destination is not null))
        {
            throw SavingCommandErrors.PlaceMissing();
        }

        if (ToStore && Password is not null)
        {
            throw SavingCommandErrors.PasswordForStore();
        }

        if (DryRun && !ToStore)
        {
            throw SavingCommandErrors.DryRunOfFiles();
        }
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (ParameterSetName)
        {
            case TextSet:
                _text.AppendJoin('\n', InputObject).Append('\n');
                break;
            case NameSet:
                FindStored();
                break;
            case SecretSet:
                _stored.AddRange(Secret);
                break;
            default:
                IEnumerable<string> paths = ParameterSetName == PathSet ? Path.SelectMany(FilePaths.Expand) : LiteralPath.Select(FilePaths.LiteralExisting);
                foreach (string path in paths)
                {
                    Guard(path, () => Save(ObjectReader.Read(path, refused => WriteError(refused, path))));
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (_text.Length > 0)
        {
            Save(ObjectReader.Read(ManifestReader.Read(_text.ToString(), nameof(InputObject)), refused => WriteError(refused, target: null)));
        }

        foreach (IGrouping<MeshStore, MeshSecret> secrets in _stored.GroupBy(secret => secret.Store))
        {
            SaveStored(secrets.Key, secrets);
        }

        if (!_any)
        {
            WriteWarning("No authority with its private key was found, so nothing was saved. Give the secrets of the control plane's namespace, as 'kubectl get secret -n gloo-mesh -o yaml' writes them.");
        }
    }

    private void FindStored()
    {
        MeshStore? store = FindStore();
        foreach (string name in Name)
        {
            Guard(name, () => _stored.AddRange(Find(store, name, usualScope: false)));
        }
    }

    /// <summary>All that is meant is read together, for some authorities stand in two secrets.</summary>
    private void SaveStored(MeshStore store, IEnumerable<MeshSecret> found)
    {
        List<Secret> secrets = [];
        foreach (MeshSecret each in found)
        {
            Guard(each, () => secrets.Add(Run(ct => store.Engine.GetRequiredAsync(each.Metadata.Id, ct))));
        }

        Save(new MeshObjects([.. secrets], []), store);
    }

    private void Save(MeshObjects objects, MeshStore? from = null)
    {
        using (objects)
        {
            foreach (FoundAuthority found in AuthoritySearch.Find(objects))
            {
                _any = true;
                using AuthorityMaterial? authority = found.Authority;
                Guard(found.Id, () => Save(authority is null ? throw found.Error! : found, from));
            }
        }
    }

    private void Save(FoundAuthority found, MeshStore? from)
    {
        string? path = ToStore ? null : FilePaths.Literal(System.IO.Path.Combine(Destination!, Password is null ? found.Id.Name : $"{found.Id.Name}.p12"));
        string place = path ?? new SecretId(found.Id.Name).ToString();
        if (!_saved.Add(place))
        {
            throw SavingCommandErrors.NameTaken(found.Id, place);
        }

        if (!found.Authority!.Chain[0].IsCa)
        {
            WriteWarning($"{found.Id} holds a certificate that is no authority's (CA:FALSE), so what it signs nobody accepts. It is saved as it is; Test-MeshSecret says more.");
        }

        if (!ShouldProcess(place, $"Save {found.Format} {found.Id} with its private key"))
        {
            return;
        }

        if (from is not null && path is not null)
        {
            Run(ct => from.Engine.NoteAccessAsync([found.Id], "export", ct));
        }

        if (path is null)
        {
            WriteObject(new MeshSavedCa(found, path, SaveToStore(found)));
            return;
        }

        SaveToFiles(found.Authority, path);
        WriteObject(new MeshSavedCa(found, path, store: null));
    }

    private void SaveToFiles(AuthorityMaterial authority, string path)
    {
        if (Password is null)
        {
            SavedAuthority.WriteFolder(authority, path, Force);
            return;
        }

        char[] password = Password.ToChars();
        try
        {
            MaterialFile.CreatePrivateFolder(System.IO.Path.GetDirectoryName(path)!);
            SavedAuthority.WritePkcs12(authority, path, password, Force);
        }
        finally
        {
            Array.Clear(password);
        }
    }

    private MeshStore SaveToStore(FoundAuthority found)
    {
        MeshStore store = ResolveStore();
        SecretId id = new(found.Id.Name);
        using TlsKeyMaterial material = StoredAuthority.ToMaterial(found.Authority!);
        using CertificateAuthority authority = CertificateAuthority.Import(id.ToString(), material, IssuancePolicy.Unrestricted, Time);
        using Secret secret = AuthoritySecret.Create(id, authority, Commands.Labels.From(null), issuer: null);
        StoredAuthority.AddTo(secret.GetData(), found.Authority!, authority.Root);
        SecretWrite write = new(secret, Force ? WriteMode.CreateOrUpdate : WriteMode.Create, Action: "import");
        Run(ct => IsDryRun ? WriterOf(store).PutAsync(write, ct) : SavedAuthority.WriteStoreAsync(found.Authority!, store.Engine, write, ct));
        return store;
    }
}
