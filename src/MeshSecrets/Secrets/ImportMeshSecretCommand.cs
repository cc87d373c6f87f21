using System.Collections;
using System.Management.Automation;
using System.Security;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Brings secrets in from manifests of any mesh, and the resources that use them.</summary>
[Cmdlet(VerbsData.Import, "MeshSecret", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(MeshSecret), typeof(MeshTlsKey))]
public sealed class ImportMeshSecretCommand : ScopedCommand, IDisposable
{
    /// <summary>The name by which the view with Status finds what was imported; its class stays what it is.</summary>
    private const string ViewName = "MeshSecrets.MeshSecret#Imported";

    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string TextSet = "Text";
    private const string ManifestSet = "Manifest";

    private readonly SecretBatch _batch;
    private readonly List<(string Source, string Place)> _places = [];
    private readonly HashSet<SecretId> _ids = [];
    private readonly ManifestText _text;
    private SecretImport? _import;
    private MeshStore? _importedTo;
    private ManifestIntake? _intake;

    /// <summary>Creates the cmdlet.</summary>
    public ImportMeshSecretCommand()
    {
        _batch = new SecretBatch(WriterOf, Time);
        _text = new ManifestText(error => WriteError(error, target: null));
    }

    /// <summary>Files with manifests in YAML or JSON, PKCS#12 files, or folders of such; wildcards are permitted.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files or folders, taken as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Text of manifests, whole or line by line, as <c>kubectl get secret -o yaml</c> writes it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TextSet)]
    [AllowEmptyString]
    public string[] InputObject { get; set; } = [];

    /// <summary>Objects from ConvertFrom-MeshManifest, or from the cmdlets that make resources.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ManifestSet)]
    public MeshManifest[] Manifest { get; set; } = [];

    /// <summary>The password of PKCS#12 files.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Passphrase]
    public SecureString? Password { get; set; }

    /// <summary>Labels that each secret gets besides its own.</summary>
    [Parameter]
    public IDictionary? Label { get; set; }

    /// <summary>Overwrites what is there with other content; what it was stays as an earlier version.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Leaves out objects of kinds that no mesh here knows, instead of an error for each.</summary>
    [Parameter]
    public SwitchParameter SkipUnknown { get; set; }

    /// <summary>Let the server check everything, and keep nothing: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <summary>Zeroes what was not stored.</summary>
    public void Dispose() => _batch.Dispose();

    /// <inheritdoc/>
    protected override void Begin()
    {
        // Now, while only what the user typed is bound: the scope that a piped manifest has is its own affair.
        EnsureOneScope();
        _intake = new ManifestIntake(new ImportScope(NullIfEmpty(Mesh), NullIfEmpty(Namespace), Global), Labels.From(Label));
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (ParameterSetName)
        {
            case PathSet:
                ReadFiles(Path.SelectMany(FilePaths.Expand));
                break;
            case LiteralPathSet:
                ReadFiles(LiteralPath.Select(FilePaths.LiteralExisting));
                break;
            case TextSet:
                foreach (string piece in InputObject)
                {
                    Guard(target: null, () => Take(_text.Add(piece)));
                }

                break;
            default:
                Take(Manifest.Select(each => each.Manifest));
                break;
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        Guard(target: null, () => Take(_text.Complete()));
        Flush();
    }

    private protected override void FinishPending() => Flush();

    private void ReadFiles(IEnumerable<string> paths)
    {
        foreach (string path in paths.SelectMany(ManifestFiles.Of))
        {
            Guard(path, () => ReadFile(path));
        }
    }

    private void ReadFile(string path)
    {
        if (Directory.Exists(path))
        {
            Take(path, path, System.IO.Path.GetFileName(path), () => _intake!.ReadFolder(path));
        }
        else if (ManifestFiles.IsPkcs12(path))
        {
            Take(path, path, System.IO.Path.GetFileName(path), () => ReadPkcs12(path));
        }
        else
        {
            using FileStream stream = File.OpenRead(path);
            Take(ManifestReader.Read(stream, path, error => WriteError(error, path)));
        }
    }

    private Secret ReadPkcs12(string path)
    {
        char[] password = Password.ToChars();
        try
        {
            return _intake!.ReadPkcs12(path, password);
        }
        finally
        {
            Array.Clear(password);
        }
    }

    private void Take(IEnumerable<Manifest> manifests)
    {
        foreach (Manifest manifest in manifests)
        {
            if (StopToken.IsCancellationRequested)
            {
                return;
            }

            Guard(manifest.ToString(), () => Take(manifest));
        }
    }

    private void Take(Manifest manifest)
    {
        if (SkipUnknown && MeshDialects.RecognizeSecret(manifest) is null && MeshDialects.RecognizeResource(manifest) is null)
        {
            WriteVerbose($"{ManifestIntake.PlaceOf(manifest)} is of no known kind and is left out.");
            return;
        }

        Take(manifest.Source, ManifestIntake.PlaceOf(manifest), manifest.ToString(), () => _intake!.Read(manifest));
    }

    private void Take(string source, string place, string what, Func<Secret> read)
    {
        Secret secret = read();
        try
        {
            if (ShouldProcess(secret.Id.ToString(), $"Import {what}"))
            {
                Keep(secret, source, place);
                return;
            }
        }
        catch
        {
            secret.Dispose();
            throw;
        }

        secret.Dispose();
    }

    private void Keep(Secret secret, string source, string place)
    {
        MeshStore store = ResolveStore();
        if (_ids.Contains(secret.Id) || (_batch.Store is { } other && other != store))
        {
            Flush();
        }

        _batch.Add(store, new SecretWrite(secret, WriteMode.Create));
        _places.Add((source, place));
        _ids.Add(secret.Id);
        if (_batch.IsDue)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (_batch.Store is not { } store)
        {
            return;
        }

        if (_importedTo != store)
        {
            (_import, _importedTo) = (new SecretImport(WriterOf(store), Force), store);
        }

        (string Source, string Place)[] places = [.. _places];
        _places.Clear();
        _ids.Clear();
        IReadOnlyList<ImportResult> results = Run(ct => _batch.WriteAsync((_, writes, token) => _import!.StoreAsync([.. writes.Select(write => write.Secret)], token), ct));
        foreach ((ImportResult result, (string source, string place)) in results.Zip(places))
        {
            if (result.Error is { } error)
            {
                WriteError(ManifestIntake.ErrorOf(source, place, error), target: null);
            }
            else
            {
                PSObject imported = PSObject.AsPSObject(MeshSecret.From(result.Metadata!, store));
                imported.Properties.Add(new PSNoteProperty("Status", result.Status.ToString()));
                imported.TypeNames.Insert(0, ViewName);
                WriteObject(imported);
            }
        }
    }
}
