using System.Management.Automation;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Copies secrets whole, to another store, scope or name.</summary>
[Cmdlet(VerbsCommon.Copy, "MeshSecret", SupportsShouldProcess = true)]
[OutputType(typeof(MeshSecret), typeof(MeshTlsKey))]
public sealed class CopyMeshSecretCommand : SecretSearchCommand, IDisposable
{
    private readonly SecretBatch _batch;
    private readonly List<SecretId> _sources = [];
    private MeshStore? _from;

    /// <summary>Creates the cmdlet.</summary>
    public CopyMeshSecretCommand() => _batch = new SecretBatch(WriterOf, Time);

    /// <summary>Names; wildcards are permitted.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>The store that gets the copy: connected, by name or by path. Without it, the same store.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(StoreCompleter))]
    public StoreReference? Destination { get; set; }

    /// <summary>The name of the copy; without it, the same name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewName { get; set; }

    /// <summary>The mesh of the copy; without any scope for it, the same scope.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DestinationMesh { get; set; }

    /// <summary>The namespace of the copy.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DestinationNamespace { get; set; }

    /// <summary>The copy has neither mesh nor namespace.</summary>
    [Parameter]
    public SwitchParameter DestinationGlobal { get; set; }

    /// <summary>Overwrites a secret that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the copies, without their values.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <summary>Zeroes what was not stored.</summary>
    public void Dispose() => _batch.Dispose();

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (DestinationGlobal && (DestinationMesh is not null || DestinationNamespace is not null))
        {
            throw ParameterErrors.GlobalWithScope();
        }
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore? from = FindStore();
        MeshStore? to = Destination is null ? from : RequireStore(Destination);
        foreach (string name in Name)
        {
            if (NewName is not null && WildcardPattern.ContainsWildcardCharacters(name))
            {
                throw SecretInputErrors.NewNameForMany(NewName);
            }

            Guard(name, () =>
            {
                bool isNamed = !WildcardPattern.ContainsWildcardCharacters(name);
                foreach (MeshSecret secret in Find(from, name, usualScope: true).Where(secret => isNamed || !IsBoundToCluster(secret)))
                {
                    Guard(secret.Metadata.Id, () => Copy(secret, to!));
                }
            });
        }
    }

    /// <inheritdoc/>
    protected override void End() => Flush();

    private void Copy(MeshSecret secret, MeshStore to)
    {
        SecretId source = secret.Metadata.Id;
        SecretId target = ToTarget(source);
        if (source == target && secret.Store == to)
        {
            throw SecretInputErrors.CopyToItself(source);
        }

        if (!ShouldProcess($"{target} in {to.Name}", $"Copy {source} of {secret.Store.Name}"))
        {
            return;
        }

        if (_batch.Store is { } other && (other != to || _from != secret.Store))
        {
            Flush();
        }

        Secret read = Run(ct => new StoredResources(secret.Store.Engine).GetRequiredAsync(secret.Metadata, ct));
        _batch.Add(to, new SecretWrite(new Secret(read.Metadata with { Id = target }, read.GetData()), Force ? WriteMode.CreateOrUpdate : WriteMode.Create, "copy"));
        _sources.Add(source);
        _from = secret.Store;
        if (_batch.IsDue)
        {
            Flush();
        }
    }

    private SecretId ToTarget(SecretId source)
    {
        bool scoped = DestinationGlobal || DestinationMesh is not null || DestinationNamespace is not null;
        return new SecretId(NewName ?? source.Name, scoped ? DestinationMesh : source.Mesh, scoped ? DestinationNamespace : source.Namespace);
    }

    private void Flush()
    {
        if (_batch.Store is not { } to || _from is not { } from)
        {
            return;
        }

        SecretId[] sources = [.. _sources];
        _sources.Clear();
        Run(ct => from.Engine.NoteAccessAsync(sources, "copy", ct));
        foreach (WriteResult result in Run(_batch.WriteAsync))
        {
            if (result.Error is { } error)
            {
                WriteError(error, target: null);
            }
            else if (PassThru || IsDryRun)
            {
                WriteObject(MeshSecret.From(result.Metadata!, to));
            }
        }
    }
}
