using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using System.Security;
using MeshSecrets.Issuers;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Changes the labels of TLS keys, or replaces certificate and key by ones from files.</summary>
[Cmdlet(VerbsCommon.Set, "MeshTlsKey", SupportsShouldProcess = true, DefaultParameterSetName = LabelSet)]
[OutputType(typeof(MeshTlsKey))]
public sealed class SetMeshTlsKeyCommand : ScopedCommand
{
    private const string LabelSet = "Label";

    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TlsKeyCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Labels to set; others stay.</summary>
    [Parameter]
    public IDictionary? Label { get; set; }

    /// <summary>Labels to remove, by name.</summary>
    [Parameter]
    public string[] RemoveLabel { get; set; } = [];

    /// <summary>The file with the new certificate, leaf first, then its intermediates.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TlsKeyFiles.FileSet)]
    public string CertificatePath { get; set; } = "";

    /// <summary>The file with the new private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TlsKeyFiles.FileSet)]
    public string KeyPath { get; set; } = "";

    /// <summary>The file with what verifies the new chain.</summary>
    [Parameter(ParameterSetName = TlsKeyFiles.FileSet)]
    public string? CaPath { get; set; }

    /// <summary>The PKCS#12 file with the new certificate, key and chain.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TlsKeyFiles.Pkcs12Set)]
    public string Pkcs12Path { get; set; } = "";

    /// <summary>The password of an encrypted key or a PKCS#12 file.</summary>
    [Parameter(ParameterSetName = TlsKeyFiles.FileSet)]
    [Parameter(ParameterSetName = TlsKeyFiles.Pkcs12Set)]
    [Passphrase]
    public SecureString? Password { get; set; }

    /// <summary>Only if this is still the current resource version, as it comes from Get-MeshTlsKey.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ResourceVersion { get; set; }

    /// <summary>Write the changed TLS key out.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == LabelSet && RemoveLabel.Length == 0 && Label is not { Count: > 0 })
        {
            throw TlsKeyErrors.NothingToChange(Name);
        }

        SecretId id = ToId(Name);
        MeshStore store = FindStore() ?? throw SecretInputErrors.NotFound(id);
        using Secret current = Run(ct => store.Engine.GetRequiredAsync(id, ct));
        if (current.Metadata.Type != SecretType.Tls)
        {
            throw TlsKeyErrors.NotATlsKey(id, current.Metadata.Type);
        }

        using Secret changed = Change(current);
        if (!ShouldProcess(id.ToString(), ParameterSetName == LabelSet ? "Change the labels of the TLS key" : "Replace certificate and key"))
        {
            return;
        }

        SecretMetadata stored = Run(ct => WriterOf(store).PutAsync(new SecretWrite(changed, WriteMode.Update), ct));
        if (PassThru || IsDryRun)
        {
            WriteObject(new MeshTlsKey(stored, store));
        }
    }

    private Secret Change(Secret current)
    {
        string resourceVersion = string.IsNullOrEmpty(ResourceVersion) ? current.Metadata.ResourceVersion : ResourceVersion;
        ImmutableSortedDictionary<string, string> labels = current.Metadata.Labels.SetItems(Labels.From(Label)).RemoveRange(RemoveLabel);
        if (ParameterSetName == LabelSet)
        {
            return new Secret(current.Metadata with { Labels = labels, ResourceVersion = resourceVersion }, current.GetData().Clone());
        }

        TlsKeyFiles files = new(FilePaths.LiteralExisting, Password);
        using TlsKeyMaterial material = ParameterSetName == TlsKeyFiles.Pkcs12Set ? files.ReadPkcs12(Pkcs12Path) : files.Read(CertificatePath, KeyPath, CaPath);
        Secret replaced = material.ToSecret(current.Id, labels, IssuanceRecord.RemoveFrom(current.Metadata.Annotations));
        return new Secret(replaced.Metadata with { ResourceVersion = resourceVersion }, replaced.GetData());
    }
}
