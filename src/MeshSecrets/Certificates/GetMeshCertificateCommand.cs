using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Decodes certificates, requests and keys from files, folders, text, secrets, or a live server.</summary>
[Cmdlet(VerbsCommon.Get, "MeshCertificate", DefaultParameterSetName = PathSet)]
[OutputType(typeof(MeshCertificate), typeof(MeshCertificateRequest), typeof(MeshKeyInfo))]
public sealed class GetMeshCertificateCommand : MeshCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string PemSet = "Pem";
    private const string SecretSet = "Secret";
    private const string EndpointSet = "Endpoint";

    private readonly StringBuilder _text = new();

    /// <summary>Files or folders, with wildcards: PEM, DER, PKCS#12, PKCS#7, and Kubernetes Secrets in YAML or JSON.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files or folders, taken as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Read the folders below, too.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Text with PEM; lines that come one by one, as from Get-Content, are put together.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = PemSet)]
    [AllowEmptyString]
    public string[] Pem { get; set; } = [];

    /// <summary>Secrets, TLS keys or authorities from the other cmdlets.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = SecretSet)]
    public MeshSecret[] Secret { get; set; } = [];

    /// <summary>A live TLS server, as <c>host:port</c> (port 443 without one). It is asked for its chain and not trusted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EndpointSet)]
    public string[] Endpoint { get; set; } = [];

    /// <summary>The server name to ask the live server for, if it is not the host (SNI).</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    public string? ServerName { get; set; }

    /// <summary>The password of PKCS#12 files and encrypted keys.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Passphrase]
    public SecureString? Password { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (ParameterSetName)
        {
            case PathSet:
                ReadPaths(Path.SelectMany(FilePaths.Expand));
                break;
            case LiteralPathSet:
                ReadPaths(LiteralPath.Select(FilePaths.LiteralExisting));
                break;
            case PemSet:
                _text.AppendJoin('\n', Pem).Append('\n');
                break;
            case SecretSet:
                foreach (MeshSecret secret in Secret)
                {
                    Guard(secret, () => ReadSecret(secret));
                }

                break;
            default:
                foreach (string endpoint in Endpoint)
                {
                    Guard(endpoint, () => ReadEndpoint(endpoint));
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (ParameterSetName == PemSet && _text.Length > 0)
        {
            Write(Encoding.UTF8.GetBytes(_text.ToString()), "-Pem");
        }
    }

    private void ReadPaths(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                ReadFolder(path);
            }
            else
            {
                Guard(path, () => ReadFile(path));
            }
        }
    }

    private void ReadFolder(string folder)
    {
        SearchOption depth = Recurse ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
        foreach (string file in Directory.EnumerateFiles(folder, "*", depth).Order(StringComparer.Ordinal))
        {
            if (StopToken.IsCancellationRequested)
            {
                return;
            }

            Guard(file, () =>
            {
                try
                {
                    ReadFile(file);
                }
                catch (MeshException e) when (e.ErrorId is "MaterialUnrecognized" or "MaterialEmpty" or "MaterialIsHtml")
                {
                    // A folder may hold anything; what is broken in it is an error, what is something else is not.
                    WriteVerbose(e.Message);
                }
            });
        }
    }

    private void ReadFile(string file) => Write(File.ReadAllBytes(file), file);

    private void ReadSecret(MeshSecret secret)
    {
        using Secret stored = Run(ct => secret.Store.Engine.GetRequiredAsync(secret.Metadata.Id, ct));
        foreach (string key in stored.GetData().Keys.Where(key => key != DataKey.PrivateKey).OrderByDescending(key => key == DataKey.Certificate))
        {
            ReadOnlyMemory<byte> value = stored.GetData().GetValue(key);
            string source = $"{stored.Id}, {key}";

            // A secret may hold anything beside certificates; only what a TLS key must be is demanded to be one.
            if (value.Span.IndexOf("-----BEGIN "u8) >= 0 || key is DataKey.Certificate or DataKey.TrustBundle)
            {
                WriteItems(value, source);
            }
        }
    }

    private void ReadEndpoint(string endpoint)
    {
        foreach (CertificateInfo certificate in Run(ct => TlsEndpoint.ReadChainAsync(endpoint, ServerName, ct)))
        {
            WriteObject(new MeshCertificate(certificate, endpoint));
        }
    }

    private void Write(byte[] content, string source)
    {
        try
        {
            WriteItems(content, source);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content); // It may have held a key.
        }
    }

    private void WriteItems(ReadOnlyMemory<byte> content, string source)
    {
        char[] password = Password.ToChars();
        try
        {
            MaterialReadOptions options = new() { Password = password, Envelopes = [new SecretManifestReader()] };
            using MaterialSet items = MaterialReader.Read(content, source, options);
            foreach (MaterialItem item in items.OrderBy(item => item.Kind != MaterialKind.Certificate))
            {
                if (MaterialObjects.From(item, password) is { } found)
                {
                    WriteObject(found);
                }
                else
                {
                    WriteVerbose($"{item} is not decoded.");
                }
            }
        }
        finally
        {
            Array.Clear(password);
        }
    }
}
