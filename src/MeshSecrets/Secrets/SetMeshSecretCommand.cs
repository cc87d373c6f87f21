using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Changes a secret: what is given is merged into what is there.</summary>
[Cmdlet(VerbsCommon.Set, "MeshSecret", SupportsShouldProcess = true, DefaultParameterSetName = MetadataSet)]
[OutputType(typeof(MeshSecret), typeof(MeshTlsKey))]
public sealed class SetMeshSecretCommand : SecretInputCommand
{
    private const string MetadataSet = "Metadata";
    private const int MaxAttempts = 10;

    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Data keys to remove, with their values.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DataKeyCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] RemoveKey { get; set; } = [];

    /// <summary>Labels to remove.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] RemoveLabel { get; set; } = [];

    /// <summary>From now on its values can never be changed, only the secret removed: a cluster keeps to it, and a store on the disk passes it on to manifests and clusters. There alone -Immutable:$false takes it back.</summary>
    [Parameter]
    public SwitchParameter Immutable { get; set; }

    /// <summary>Only if this is still the current resource version. It comes along in the pipeline from Get-MeshSecret.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? ResourceVersion { get; set; }

    /// <summary>Gives the changed secret, without its values.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    private bool IsImmutableGiven => MyInvocation.BoundParameters.ContainsKey(nameof(Immutable));

    private bool IsPinned => !string.IsNullOrEmpty(ResourceVersion);

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == MetadataSet && RemoveKey.Length == 0 && RemoveLabel.Length == 0 && Label is null && Annotation is null && !IsImmutableGiven)
        {
            throw SecretInputErrors.NothingToChange(Name);
        }

        SecretId id = ToId(Name);
        MeshStore store = FindStore() ?? throw SecretInputErrors.NotFound(id);
        if (!ShouldProcess(id.ToString(), Immutable ? "Change secret, and never again" : "Change secret"))
        {
            return;
        }

        SecretMetadata changed = Change(store, id);
        if (PassThru || IsDryRun)
        {
            WriteObject(MeshSecret.From(changed, store));
        }
    }

    // A merge can be repeated on what somebody else has written meanwhile, unless the user said which state is meant.
    private SecretMetadata Change(MeshStore store, SecretId id)
    {
        for (int attempt = 1; ; attempt++)
        {
            using Secret current = Run(ct => store.Engine.GetRequiredAsync(id, ct));
            using Secret merged = Merge(current);
            try
            {
                return Run(ct => WriterOf(store).PutAsync(new SecretWrite(merged, WriteMode.Update), ct));
            }
            catch (MeshException e) when (e.Kind == MeshErrorKind.Conflict && !IsPinned && attempt < MaxAttempts)
            {
                WriteVerbose($"{id} was changed meanwhile; merging into what it is now.");
            }
        }
    }

    private Secret Merge(Secret current)
    {
        SecretData data = current.GetData().Clone();
        try
        {
            CopyInputTo(data, () => UsualKey(current));
            foreach (string key in RemoveKey)
            {
                if (!data.Remove(key))
                {
                    throw SecretInputErrors.KeyMissing(current.Id, key, data.Keys);
                }
            }

            SecretMetadata metadata = current.Metadata with
            {
                Labels = current.Metadata.Labels.SetItems(Labels.From(Label)).RemoveRange(RemoveLabel),
                Annotations = current.Metadata.Annotations.SetItems(Labels.From(Annotation)),
                ResourceVersion = IsPinned ? ResourceVersion! : current.Metadata.ResourceVersion,
            };
            metadata = IsImmutableGiven ? metadata.WithImmutable(Immutable) : metadata;
            bool isNew = ParameterSetName != MetadataSet || RemoveKey.Length > 0;
            return new Secret(isNew ? TlsKeySecret.Describe(metadata, data) : metadata, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    // The one there is; of several, none is meant without being named, except the usual one.
    private static string UsualKey(Secret current) => current.GetData().Keys switch
    {
        [string only] => only,
        [] => DataKey.Value,
        { } keys when keys.Contains(DataKey.Value) => DataKey.Value,
        { } keys => throw SecretInputErrors.KeyNeeded(current.Id, keys),
    };
}
