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
public sealed partial class ImportMeshSecretCommand : ScopedCommand, IDisposable
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string TextSet = "Text";
    private const string ManifestSet = "Manifest";

    private readonly ManifestText _text;
    private SecretBatch _batch;
    private ImportScope _scope = ImportScope.Own;
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

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <summary>Zeroes what was not stored.</summary>
    public void Dispose()
    {
        _writing?.Dispose();
        _batch.Dispose();
    }

    /// <inheritdoc/>
    protected override void Begin()
    {
        // Now, while only what the user typed is bound: the scope that a piped manifest has is its own affair.
        EnsureOneScope();
        _scope = new ImportScope(NullIfEmpty(Mesh), NullIfEmpty(Namespace), Global);
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
            Take(path, path, System.IO.Path.GetFileName(path), () => Intake().ReadFolder(path));
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

    /// <summary>What reads objects; each record may be for another store, whose namespace is the usual one then.</summary>
    private ManifestIntake Intake()
    {
        string? usual = (Connected(Store)?.Engine as INamespacedStore)?.UsualNamespace;
        if (_intake is null || usual != _scope.UsualNamespace)
        {
            _scope = _scope with { UsualNamespace = usual };
            _intake = new ManifestIntake(_scope, Labels.From(Label));
        }

        return _intake;
    }

    private Secret ReadPkcs12(string path)
    {
        char[] password = Password.ToChars();
        try
        {
            return Intake().ReadPkcs12(path, password);
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

        Take(manifest.Source, ManifestIntake.PlaceOf(manifest), manifest.ToString(), () => Intake().Read(manifest));
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
}
