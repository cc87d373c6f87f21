using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Management.Automation;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Judges secrets and resources, together, by the rules of meshes; gives what breaks a rule, or nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MeshSecret", DefaultParameterSetName = NameSet)]
[OutputType(typeof(MeshFinding), typeof(bool))]
public sealed class TestMeshSecretCommand : RuleCommand, IDisposable
{
    private const string NameSet = "Name";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string TextSet = "Text";
    private const string ManifestSet = "Manifest";
    private const string SecretSet = "Secret";

    private readonly List<TestedSubject> _subjects = [];
    private readonly List<Manifest> _resources = [];
    private readonly List<(SecretMetadata Metadata, Manifest Resource)> _live = [];
    private readonly HashSet<MeshStore> _stores = [];
    private readonly ManifestText _text = new();

    /// <summary>Names of secrets in the store, with wildcards; without it, all.</summary>
    [Parameter(Position = 0, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Files with manifests in YAML or JSON, or folders of such; wildcards are permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
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

    /// <summary>Secrets, TLS keys or authorities from the other cmdlets.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = SecretSet)]
    public MeshSecret[] Secret { get; set; } = [];

    private protected override string Sought => Path is [_, ..] ? $"{string.Join(", ", Path)} (manifests: .yaml, .yml, .json)"
        : LiteralPath is [_, ..] ? $"{string.Join(", ", LiteralPath)} (manifests: .yaml, .yml, .json)"
        : MyInvocation.ExpectingInput ? "the pipeline"
        : $"the search for secrets called {string.Join(", ", Name)} in the store";

    /// <summary>Zeroes the secrets that were read.</summary>
    public void Dispose()
    {
        foreach (TestedSubject tested in _subjects)
        {
            tested.Subject.Secret?.Dispose();
        }
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
                    Guard(target: null, () => Take(_text.Add(piece), path: null));
                }

                break;
            case ManifestSet:
                Take(Manifest.Select(each => each.Manifest), path: null);
                break;
            case SecretSet:
                foreach (IGrouping<MeshStore, MeshSecret> each in Secret.GroupBy(secret => secret.Store))
                {
                    Guard(target: null, () => Read(each.Key, [.. each]));
                }

                break;
            default:
                ReadStore();
                break;
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        Guard(target: null, () => Take(_text.Complete(), path: null));
        KeyOwners owners = new();
        _subjects.ForEach(tested => owners.Add(tested.Subject));
        OtherSubjects all = [.. _subjects.Select(tested => tested.Subject)];
        ImmutableArray<Manifest> resources = [.. _resources];
        using (WorkProgress progress = StartProgress("Judging secrets", _subjects.Count))
        {
            for (int i = 0; i < _subjects.Count && !IsAnswered; i++)
            {
                RuleSubject subject = _subjects[i].Subject;
                progress.Advance(subject.Target);
                Judge(subject with { Context = subject.Context with { KeyOwners = owners, Others = all.Without(subject), Resources = resources } }, _subjects[i].Path);
            }
        }

        base.End();
    }

    private void ReadFiles(IEnumerable<string> paths)
    {
        foreach (string file in paths.SelectMany(ManifestFiles.Of))
        {
            Guard(file, () =>
            {
                using FileStream stream = File.OpenRead(file);
                Take(ManifestReader.Read(stream, file), file);
            });
        }
    }

    private void Take(IEnumerable<Manifest> manifests, string? path)
    {
        foreach (Manifest manifest in manifests)
        {
            if (StopToken.IsCancellationRequested)
            {
                return;
            }

            RuleSubject subject = RuleSubjects.OfManifest(manifest, Context);
            _subjects.Add(new TestedSubject(subject.Secret?.Id.Mesh is { } mesh ? subject with { Context = subject.Context with { Mesh = mesh } } : subject, path));
            if (subject.Secret is null)
            {
                _resources.Add(manifest);
            }
        }
    }

    private void ReadStore()
    {
        MeshStore? store = FindStore();
        foreach (string name in Name)
        {
            Guard(name, () => Read(store, [.. Find(store, name, usualScope: false)]));
            TakeLive(store, name);
        }
    }

    /// <summary>The resources of a cluster, which are in no listing of its secrets unless they are asked for.</summary>
    private void TakeLive(MeshStore? store, string name)
    {
        if (store?.Engine is not IResourceStore || new StoredResources(store.Engine).AreMeantBy(name.ToLowerInvariant()))
        {
            return;
        }

        (SecretQuery query, Func<SecretMetadata, bool> matches) = ToSearch(name, usualScope: false);
        foreach ((SecretMetadata metadata, Manifest resource) in _live.Where(each => query.Matches(each.Metadata) && matches(each.Metadata)))
        {
            RuleContext context = metadata.Id.Mesh is { } mesh ? Context with { Mesh = mesh } : Context;
            _subjects.Add(new TestedSubject(RuleSubjects.OfResource(resource, context), Path: null));
        }
    }

    private void Read(MeshStore? store, MeshSecret[] found)
    {
        if (store is null)
        {
            return;
        }

        if (_stores.Add(store))
        {
            ReadResources(store);
        }

        foreach (MeshSecret resource in found.Where(each => each.Type == SecretType.Resource))
        {
            Guard(resource.Metadata.Id, () => Take(Run(ct => new StoredResources(store.Engine).GetRequiredAsync(resource.Metadata, ct))));
        }

        foreach (Secrets.Secret secret in Stream(ct => store.Engine.GetManyAsync(found.Where(each => each.Type != SecretType.Resource).Select(each => each.Metadata.Id), ct)))
        {
            Take(secret);
        }
    }

    /// <summary>Whatever is judged, the resources beside it may refer to it.</summary>
    private void ReadResources(MeshStore store)
    {
        ConcurrentQueue<MeshException> unread = []; // They come from another thread, and are said on this one.
        foreach ((SecretMetadata metadata, Manifest resource) in Stream(ct => new StoredResources(store.Engine).ListAsync(unread.Enqueue, ct)))
        {
            _live.Add((metadata, resource));
            _resources.Add(resource);
        }

        foreach (MeshException error in unread)
        {
            if (error.Kind == MeshErrorKind.PermissionDenied)
            {
                WriteWarning($"Not judged, nor seen by rules about others: {error.Message}");
            }
            else
            {
                WriteError(error, target: null);
            }
        }
    }

    private void Take(Secrets.Secret secret)
    {
        RuleContext context = secret.Id.Mesh is { } mesh ? Context with { Mesh = mesh } : Context;
        if (!StoredResource.IsOne(secret.Metadata))
        {
            _subjects.Add(new TestedSubject(RuleSubjects.OfSecret(secret, context), Path: null));
            return;
        }

        using (secret)
        {
            Guard(secret.Id, () => _subjects.Add(new TestedSubject(RuleSubjects.OfResource(StoredResource.Read(secret), context), Path: null)));
        }
    }
}
