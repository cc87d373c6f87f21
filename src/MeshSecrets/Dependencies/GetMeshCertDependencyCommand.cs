using System.Management.Automation;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Finds who uses a secret, a key or an authority: resources, certificates that it issued, chains and bundles that it stands in, copies.</summary>
[Cmdlet(VerbsCommon.Get, "MeshCertDependency", DefaultParameterSetName = PathSet)]
[OutputType(typeof(MeshCertDependency))]
public sealed class GetMeshCertDependencyCommand : SecretSearchCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly DependencyIndex _index = new();
    private readonly List<(string Text, SecretQuery Query, Func<SecretMetadata, bool> Matches, MeshStore? Store)> _wanted = [];
    private readonly HashSet<string> _stores = new(StringComparer.Ordinal);
    private bool _namesGiven;
    private (string? Mesh, string? Namespace, SwitchParameter Global) _scopeGiven;

    /// <summary>What is used: names of secrets and authorities, with wildcards; without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Manifests in which users are looked for, too: files, or folders of them.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>The same, taken as they are.</summary>
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>Manifests in which users are looked for, too, as objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public MeshManifest[]? InputObject { get; set; }

    /// <summary>Only uses of these kinds.</summary>
    [Parameter]
    [ValidateSet("Reference", "IssuedBy", "TrustedIn", "ChainMember", "SameKey", "SameCertificate")]
    public string[]? Relation { get; set; }

    /// <summary>Go on with the users of the users: from a root by its intermediates to leaves and gateways.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        _scopeGiven = (Mesh, Namespace, Global);
        _namesGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Name));
        if (_namesGiven)
        {
            Want();
        }
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (MeshManifest manifest in InputObject ?? [])
        {
            Guard(manifest, () => Add(manifest.Manifest, manifest.Source));
        }

        // The name of a manifest is no secret that is asked for.
        if (InputObject is null && !_namesGiven)
        {
            Want();
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (_wanted.Count == 0)
        {
            Name = ["*"];
            (Mesh, Namespace, Global) = _scopeGiven; // Not those of the last manifest.
            Want();
        }

        AddFiles();
        bool certificates = Relation is null || Relation.Any(relation => !relation.Equals(nameof(DependencyRelation.Reference), StringComparison.OrdinalIgnoreCase));
        foreach (MeshStore store in _wanted.Select(each => each.Store).OfType<MeshStore>().Distinct())
        {
            _stores.Add(store.Name);
            Run(ct => _index.AddStoreAsync(store.Engine, store.Name, certificates, ct));
        }

        foreach (string unread in _index.Unread)
        {
            WriteWarning($"Not searched: {unread}");
        }

        foreach ((string text, SecretQuery query, Func<SecretMetadata, bool> matches, MeshStore? store) in _wanted)
        {
            Guard(text, () => Write(text, secret => query.Matches(secret) && matches(secret), store));
        }
    }

    private void Want()
    {
        MeshStore? store = FindStore();
        foreach (string name in Name)
        {
            (SecretQuery query, Func<SecretMetadata, bool> matches) = ToSearch(name, usualScope: false);
            _wanted.Add((name, query, matches, store));
        }
    }

    private void Write(string name, Func<SecretMetadata, bool> matches, MeshStore? store)
    {
        bool found = false;
        foreach ((SecretId id, string source) in _index.FindUsed(matches).Where(each => !_stores.Contains(each.Source) || each.Source == store?.Name))
        {
            found = true;
            foreach (Dependency dependency in _index.FindUsers(id, source, Recurse))
            {
                if (Relation is null || Relation.Contains(dependency.Relation.ToString(), StringComparer.OrdinalIgnoreCase))
                {
                    WriteObject(new MeshCertDependency(dependency));
                }
            }
        }

        if (!found && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            throw NotFound(name, usualScope: false);
        }
    }

    private void AddFiles()
    {
        IEnumerable<string> paths = Path?.SelectMany(FilePaths.Expand) ?? LiteralPath?.Select(FilePaths.LiteralExisting) ?? [];
        foreach (string file in paths.SelectMany(FilesOf))
        {
            Guard(file, () =>
            {
                using FileStream stream = File.OpenRead(file);
                foreach (Manifest manifest in ManifestReader.Read(stream, file))
                {
                    Guard(manifest, () => Add(manifest, file));
                }
            });
        }
    }

    private void Add(Manifest manifest, string source)
    {
        if (MeshDialects.RecognizeSecret(manifest) is not { } form)
        {
            _index.Add(manifest);
            return;
        }

        using Secret secret = form.Read(manifest);
        _index.Add(secret, source);
    }

    private static IEnumerable<string> FilesOf(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => System.IO.Path.GetExtension(file) is ".yaml" or ".yml" or ".json")
            .Order(StringComparer.Ordinal)
        : [path];
}
