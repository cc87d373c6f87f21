using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Writes secrets into files, in the form that a mesh or a program takes.</summary>
[Cmdlet(VerbsData.Export, "MeshSecret", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportMeshSecretCommand : SecretSearchCommand, IDisposable
{
    private readonly DepartingSecrets _departing = new();
    private SecretFiles? _files;
    private char[] _password = [];
    private int _leftOut;

    /// <summary>Names; wildcards are permitted. Without it, all secrets.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The file for all; or a folder, one that exists or whose name ends with a slash, for a file or folder of each.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Yaml, Json, Folder or Pkcs12; without it, what the file's ending says, else Yaml.</summary>
    [Parameter]
    [ValidateSet(ExportFiles.Yaml, ExportFiles.Json, ExportFiles.Folder, ExportFiles.Pkcs12)]
    public string? As { get; set; }

    /// <summary>The form of the manifests; without it, the usual one of each secret.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SecretFormCompleter))]
    public string? Format { get; set; }

    /// <summary>The namespace that they are for; without it, their own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? TargetNamespace { get; set; }

    /// <summary>The mesh that they are for; without it, their own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MeshCompleter))]
    public string? TargetMesh { get; set; }

    /// <summary>Write values, and keys among them, in plain. Base64, as manifests have it, is plain. The audit trail notes it.</summary>
    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Write authorities too, with their private keys. Without it they are left out, and one that is named is an error.</summary>
    [Parameter]
    public SwitchParameter IncludePrivateKey { get; set; }

    /// <summary>The password of PKCS#12 files.</summary>
    [Parameter]
    [Passphrase]
    public SecureString? Password { get; set; }

    /// <summary>Overwrite files that exist. With -As Folder, files of values that a secret has no more are removed.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Removes what was not completed, and clears the password.</summary>
    public void Dispose()
    {
        _files?.Dispose();
        CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_password.AsSpan()));
    }

    /// <inheritdoc/>
    protected override void Begin()
    {
        SecretExport export = new(Format is null ? null : MeshDialects.FindSecretForm(Format), TargetMesh, TargetNamespace);
        ExportFiles target = new(As, FilePaths.Literal(Path), Path.EndsWith('/') || Path.EndsWith(System.IO.Path.DirectorySeparatorChar), Force);
        _password = Password.ToChars();
        target.EnsurePermitted(AsPlainText, _password.Length > 0);
        _files = target.Open(export, _password);
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore? store = FindStore();
        foreach (string name in Name)
        {
            Guard(name, () =>
            {
                foreach (MeshSecret secret in Find(store, name, usualScope: false))
                {
                    Take(secret, isNamed: !WildcardPattern.ContainsWildcardCharacters(name));
                }
            });
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        Flush();
        Give(_files!.Complete());
        if (_leftOut > 0)
        {
            WriteWarning($"{_leftOut} {(_leftOut == 1 ? "authority was" : "authorities were")} left out: private keys of authorities are written only on demand. Add -IncludePrivateKey; without keys, Export-MeshCaBundle writes their certificates.");
        }
    }

    private void Take(MeshSecret secret, bool isNamed)
    {
        if (!isNamed && IsBoundToCluster(secret))
        {
            return;
        }

        if (!IncludePrivateKey && secret.IsAuthority)
        {
            _leftOut += isNamed ? throw SecretInputErrors.AuthorityNeedsPrivateKey(secret.Metadata.Id) : 1;
            return;
        }

        if (!ShouldProcess(FilePaths.Literal(Path), $"Write {secret}"))
        {
            return;
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
                Give(_files!.Write(read));
            });
        }
    }

    private void Give(IReadOnlyList<string> files)
    {
        foreach (string file in files)
        {
            WriteItem(file);
        }
    }
}
