using System.Management.Automation;
using System.Text;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Meshes.Repairing;

namespace MeshSecrets.Commands;

/// <summary>Finds what is wrong with certificates, requests and keys, proposes the mend, and applies it if it is proven.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "MeshSecret", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(MeshRepair))]
public sealed partial class RepairMeshSecretCommand : SecretSearchCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string TextSet = "Text";
    private const string NameSet = "Name";
    private const string SecretSet = "Secret";

    private readonly StringBuilder _text = new();
    private readonly List<string> _files = [];

    /// <summary>Files or folders, with wildcards: PEM, DER, keys, and manifests. All that are given prove each other; those of one folder are written together or not at all.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files or folders, taken as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Text with PEM or a manifest; lines that come one by one are put together.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TextSet)]
    [AllowEmptyString]
    public string[] InputObject { get; set; } = [];

    /// <summary>Secrets of the store, with wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NameSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Secrets from the other cmdlets.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = SecretSet)]
    public MeshSecret[] Secret { get; set; } = [];

    /// <summary>Writes what is proven; without it, nothing is changed.</summary>
    [Parameter]
    public SwitchParameter Apply { get; set; }

    /// <summary>The folder, or for a single content the file, to write to in place of the originals: a folder if it is one, ends in a separator, or has no extension and is no file; it is made if need be.</summary>
    /// <remarks>In all parameter sets: named in some only, it would make PowerShell take files from the pipeline for text.</remarks>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Replaces files that exist at -Destination; never the broken original.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Let the server check the mended secret, and keep nothing: with -Apply, for stores in a cluster.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [Parameter(ParameterSetName = SecretSet)]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (Destination is not null && ParameterSetName == NameSet)
        {
            throw RepairErrors.DestinationOfStored();
        }
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (ParameterSetName)
        {
            case PathSet:
                Path.SelectMany(FilePaths.Expand).ToList().ForEach(AddFiles);
                break;
            case LiteralPathSet:
                LiteralPath.Select(FilePaths.LiteralExisting).ToList().ForEach(AddFiles);
                break;
            case TextSet:
                _text.AppendJoin('\n', InputObject).Append('\n');
                break;
            case SecretSet:
                Secret.ToList().ForEach(secret => Guard(secret, () => RepairStored(secret)));
                break;
            default:
                MeshStore? store = FindStore();
                foreach (string name in Name)
                {
                    Guard(name, () => Find(store, name, usualScope: true).ToList().ForEach(secret => Guard(secret, () => RepairStored(secret))));
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (Apply && Destination is null && _text.Length > 0)
        {
            throw RepairErrors.DestinationMissing();
        }

        List<RepairSource> sources = [];
        try
        {
            if (_text.Length > 0)
            {
                sources.Add(new RepairSource("the text", path: null, Encoding.UTF8.GetBytes(_text.ToString()), StopToken));
            }

            foreach (string file in _files.Distinct(StringComparer.Ordinal))
            {
                Guard(file, () => sources.Add(Run(ct => Task.FromResult(RepairSource.Open(file, ct)))));
            }

            RepairSources(sources);
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }
    }

    /// <summary>Of a folder, its files; originals that a repair kept are not broken material to be repaired again.</summary>
    private void AddFiles(string path)
    {
        if (!Directory.Exists(path))
        {
            _files.Add(path);
            return;
        }

        foreach (string file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal))
        {
            if (System.IO.Path.GetExtension(file).StartsWith(".bak", StringComparison.OrdinalIgnoreCase) || !RepairFolder.IsOfInterest(file))
            {
                WriteVerbose($"{file} is passed over.");
            }
            else
            {
                _files.Add(file);
            }
        }
    }
}
