using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Keeps a new secret.</summary>
[Cmdlet(VerbsCommon.New, "MeshSecret", SupportsShouldProcess = true, DefaultParameterSetName = ValueSet)]
[OutputType(typeof(MeshSecret))]
public sealed class NewMeshSecretCommand : SecretInputCommand, IDisposable
{
    private readonly SecretBatch _batch;

    /// <summary>Creates the cmdlet.</summary>
    public NewMeshSecretCommand() => _batch = new SecretBatch(WriterOf, Time);

    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    /// <summary>The type; <c>Opaque</c> if not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretTypeCompleter))]
    [AllowNull]
    [AllowEmptyString]
    public string? Type { get; set; }

    /// <summary>Its values can never be changed, only the secret removed: a cluster keeps to it, and a store on the disk passes it on to manifests and clusters.</summary>
    [Parameter]
    public SwitchParameter Immutable { get; set; }

    /// <summary>Overwrites a secret of that name; what it was stays as an earlier version.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <summary>Zeroes what was not stored.</summary>
    public void Dispose() => _batch.Dispose();

    /// <inheritdoc/>
    protected override void Process()
    {
        SecretId id = ToId(Name);
        if (!ShouldProcess(id.ToString(), Immutable ? "Create immutable secret" : "Create secret"))
        {
            return;
        }

        MeshStore store = ResolveStore();
        if (_batch.Store is { } other && other != store)
        {
            Flush();
        }

        _batch.Add(store, new SecretWrite(ToSecret(id), Force ? WriteMode.CreateOrUpdate : WriteMode.Create));
        if (_batch.IsDue)
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    protected override void End() => Flush();

    private protected override void FinishPending() => Flush();

    private Secret ToSecret(SecretId id)
    {
        SecretMetadata metadata = new()
        {
            Id = id,
            Type = string.IsNullOrEmpty(Type) ? SecretType.Opaque : Type,
            Labels = Labels.From(Label),
            Annotations = Labels.From(Annotation),
        };
        metadata = Immutable ? metadata.WithImmutable(true) : metadata;
        SecretData data = new();
        try
        {
            CopyInputTo(data, () => DataKey.Value);
            return new Secret(TlsKeySecret.Describe(metadata, data), data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private void Flush()
    {
        MeshStore? store = _batch.Store;
        foreach (WriteResult result in Run(_batch.WriteAsync))
        {
            if (result.Error is { } error)
            {
                WriteError(error, target: null);
            }
            else
            {
                WriteObject(MeshSecret.From(result.Metadata!, store!));
            }
        }
    }
}
