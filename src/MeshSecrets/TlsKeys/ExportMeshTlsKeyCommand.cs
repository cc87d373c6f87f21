using System.Management.Automation;
using System.Security;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Writes a TLS key into files: PEM in a folder, or PKCS#12.</summary>
[Cmdlet(VerbsData.Export, "MeshTlsKey", SupportsShouldProcess = true, DefaultParameterSetName = PemSet)]
[OutputType(typeof(FileInfo))]
public sealed class ExportMeshTlsKeyCommand : ScopedCommand
{
    private const string PemSet = "Pem";

    private readonly HashSet<string> _targets = new(StringComparer.Ordinal);
    private const string Pkcs12Set = "Pkcs12";

    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TlsKeyCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The folder for tls.crt, ca.crt and, with -IncludePrivateKey, tls.key. For several TLS keys, a folder of each one's name is made in it.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PemSet)]
    public string Path { get; set; } = "";

    /// <summary>The PKCS#12 file (.p12, .pfx).</summary>
    [Parameter(Mandatory = true, ParameterSetName = Pkcs12Set)]
    public string Pkcs12Path { get; set; } = "";

    /// <summary>The password of the PKCS#12 file, or for an encrypted tls.key.</summary>
    [Parameter]
    [Passphrase]
    public SecureString? Password { get; set; }

    /// <summary>Write the private key, too (mode 0600).</summary>
    [Parameter]
    public SwitchParameter IncludePrivateKey { get; set; }

    /// <summary>Make a folder of the TLS key's name in -Path.</summary>
    [Parameter(ParameterSetName = PemSet)]
    public SwitchParameter FolderPerName { get; set; }

    /// <summary>Overwrite files that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        SecretId id = ToId(Name);
        bool pkcs12 = ParameterSetName == Pkcs12Set;
        if (pkcs12 && !IncludePrivateKey)
        {
            throw TlsKeyErrors.Pkcs12NeedsKey();
        }

        if (pkcs12 && Password is not { Length: > 0 })
        {
            throw TlsKeyErrors.Pkcs12NeedsPassword();
        }

        string target = FilePaths.Literal(pkcs12 ? Pkcs12Path : FolderPerName ? System.IO.Path.Combine(Path, Name) : Path);
        if (_targets.Contains(target))
        {
            throw TlsKeyErrors.FilesOfAnother(target, Name);
        }

        MeshStore store = FindStore() ?? throw SecretInputErrors.NotFound(id);
        if (!ShouldProcess(target, IncludePrivateKey ? $"Write {id} with its private key" : $"Write the certificates of {id}"))
        {
            return;
        }

        using Secret secret = Run(ct => store.Engine.GetRequiredAsync(id, ct));
        if (secret.Metadata.Type != SecretType.Tls)
        {
            throw TlsKeyErrors.NotATlsKey(id, secret.Metadata.Type);
        }

        EnsureFree(pkcs12 ? [target] : [.. FilesOf(secret).Select(key => System.IO.Path.Combine(target, key))]);
        _targets.Add(target);
        if (IncludePrivateKey)
        {
            Run(ct => store.Engine.NoteAccessAsync([id], "export", ct));
        }

        char[] password = Password.ToChars();
        try
        {
            foreach (string file in pkcs12 ? WritePkcs12(secret, target, password) : WritePem(secret, target, password))
            {
                WriteItem(file);
            }
        }
        finally
        {
            Array.Clear(password);
        }
    }

    private IEnumerable<string> FilesOf(Secret secret) =>
        new[] { DataKey.Certificate, DataKey.TrustBundle, DataKey.PrivateKey }
            .Where(key => secret.GetData().TryGetValue(key, out _) && (IncludePrivateKey || key != DataKey.PrivateKey));

    /// <summary>All or none: a new certificate beside an old key serves nobody.</summary>
    private void EnsureFree(string[] files)
    {
        if (!Force && Array.Find(files, File.Exists) is { } taken)
        {
            throw PathErrors.Exists(taken);
        }
    }

    private IEnumerable<string> WritePem(Secret secret, string folder, char[] password)
    {
        // A folder for a private key is its owner's alone; one that exists keeps the mode that its owner gave it.
        if (IncludePrivateKey)
        {
            MaterialFile.CreatePrivateFolder(folder);
        }
        else
        {
            Directory.CreateDirectory(folder);
        }

        foreach (string key in new[] { DataKey.Certificate, DataKey.TrustBundle })
        {
            if (secret.GetData().TryGetValue(key, out ReadOnlyMemory<byte> value))
            {
                string file = System.IO.Path.Combine(folder, key);
                MaterialFile.WritePublic(file, value.Span, Force);
                yield return file;
            }
        }

        if (IncludePrivateKey)
        {
            string file = System.IO.Path.Combine(folder, DataKey.PrivateKey);
            using PrivateKey privateKey = TlsKeySecret.ReadKey(secret);
            byte[] pem = password.Length > 0 ? PemWriter.EncodeEncryptedPrivateKey(privateKey, password) : PemWriter.EncodePrivateKey(privateKey);
            MaterialFile.WritePrivate(file, pem, Force);
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(pem);
            yield return file;
        }
    }

    private IEnumerable<string> WritePkcs12(Secret secret, string file, char[] password)
    {
        using PrivateKey privateKey = TlsKeySecret.ReadKey(secret);
        ReadOnlyMemory<byte>[] chain =
        [
            .. TlsKeySecret.ReadChain(secret).Select(certificate => certificate.Encoded),
            .. TlsKeySecret.ReadRoots(secret).Select(certificate => certificate.Encoded),
        ];
        byte[] content = Pkcs12Writer.Encode(privateKey, chain, password);
        MaterialFile.WritePrivate(file, content, Force);
        yield return file;
    }
}
