using System.Buffers;
using System.Management.Automation;
using System.Text;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Writes secrets and resources as text of manifests, one text for each.</summary>
[Cmdlet(VerbsData.ConvertTo, "MeshManifest", DefaultParameterSetName = SecretSet)]
[OutputType(typeof(string))]
public sealed class ConvertToMeshManifestCommand : MeshCmdlet
{
    private const string SecretSet = "Secret";
    private const string ManifestSet = "Manifest";

    private readonly DepartingSecrets _departing = new();
    private SecretExport? _export;

    /// <summary>Secrets and TLS keys from the other cmdlets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = SecretSet)]
    public MeshSecret[] Secret { get; set; } = [];

    /// <summary>Objects from ConvertFrom-MeshManifest, or from the cmdlets that make resources.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ManifestSet)]
    public MeshManifest[] Manifest { get; set; } = [];

    /// <summary>Yaml or Json; Yaml if not given.</summary>
    [Parameter]
    [ValidateSet(ExportFiles.Yaml, ExportFiles.Json)]
    public string As { get; set; } = ExportFiles.Yaml;

    /// <summary>The form of secrets, and of the resources beside them; without it, the usual one of each secret, and that of a manifest as it is.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SecretFormCompleter))]
    public string? Format { get; set; }

    /// <summary>The namespace that secrets are for; without it, their own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? TargetNamespace { get; set; }

    /// <summary>The mesh that secrets are for; without it, their own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MeshCompleter))]
    public string? TargetMesh { get; set; }

    /// <summary>Write the values of secrets. Base64, as manifests have it, is plain. The audit trail notes it.</summary>
    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Write authorities too, with their private keys. Without it, each is an error.</summary>
    [Parameter]
    public SwitchParameter IncludePrivateKey { get; set; }

    /// <inheritdoc/>
    protected override void Begin() =>
        _export = new SecretExport(Format is null ? null : MeshDialects.FindSecretForm(Format), TargetMesh, TargetNamespace);

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (MeshManifest manifest in Manifest)
        {
            Guard(manifest, () => Write(manifest.Manifest));
        }

        foreach (MeshSecret secret in Secret)
        {
            Guard(secret.Metadata.Id, () => Take(secret));
        }
    }

    /// <inheritdoc/>
    protected override void End() => Flush();

    private protected override void FinishPending() => Flush();

    private void Take(MeshSecret secret)
    {
        if (!AsPlainText && secret.Type != SecretType.Resource)
        {
            throw SecretInputErrors.ExportNeedsPlainText(secret.ToString());
        }

        if (!IncludePrivateKey && secret.IsAuthority)
        {
            throw SecretInputErrors.AuthorityNeedsPrivateKey(secret.Metadata.Id);
        }

        if (_departing.IsFullFor(secret))
        {
            Flush();
        }

        _departing.Add(secret);
    }

    private void Flush()
    {
        if (_departing.IsEmpty)
        {
            return;
        }

        foreach (MeshSecret secret in Run(_departing.NoteAsync))
        {
            Guard(secret.Metadata.Id, () =>
            {
                using Secret read = Run(ct => new StoredResources(secret.Store.Engine).GetRequiredAsync(secret.Metadata, ct));
                WriteText(_export!.Write(read));
            });
        }
    }

    private void Write(Manifest manifest)
    {
        if (MeshDialects.RecognizeSecret(manifest) is not { } form)
        {
            WriteText(_export!.WriteResource(manifest));
            return;
        }

        if (!AsPlainText)
        {
            throw SecretInputErrors.ExportNeedsPlainText(manifest.ToString());
        }

        if (_export == new SecretExport())
        {
            WriteText(manifest);
            return;
        }

        using Secret secret = form.Read(manifest);
        WriteText(_export!.Write(secret));
    }

    private void WriteText(Manifest manifest)
    {
        ArrayBufferWriter<byte> text = new();
        if (As.Equals(ExportFiles.Json, StringComparison.OrdinalIgnoreCase))
        {
            ManifestWriter.WriteJson(manifest, text);
        }
        else
        {
            ManifestWriter.WriteYaml(manifest, text);
        }

        WriteObject(Encoding.UTF8.GetString(text.WrittenSpan).TrimEnd('\n'));
        text.Clear();
    }
}
