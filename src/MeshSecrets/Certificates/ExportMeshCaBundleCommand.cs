using System.Management.Automation;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Gathers the roots of authorities, and certificates from files, into one trust bundle; or writes an authority in the form that a mesh takes.</summary>
[Cmdlet(VerbsData.Export, "MeshCaBundle", SupportsShouldProcess = true, DefaultParameterSetName = BundleSet)]
[OutputType(typeof(MeshCaBundle), typeof(string))]
public sealed partial class ExportMeshCaBundleCommand : SecretSearchCommand
{
    private const string BundleSet = "Bundle";

    private readonly List<CertificateInfo> _certificates = [];
    private readonly Dictionary<string, string> _sources = [];

    /// <summary>Authorities, with wildcards; of each, the root of its chain is taken. Without it and without -CertificatePath, all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AuthorityCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Files or folders with further certificates, with wildcards: roots from elsewhere, the bundle of before.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? CertificatePath { get; set; }

    /// <summary>Take the authorities between, too, not only the roots; for peers that do not send their chain.</summary>
    [Parameter(ParameterSetName = BundleSet)]
    public SwitchParameter IncludeIntermediate { get; set; }

    /// <summary>The file to write: PEM, or with -Format a manifest (YAML); or with -Format a folder, for a file of each value.</summary>
    [Parameter]
    public string? Path { get; set; }

    /// <summary>Write the PEM, or with -Format the manifest, out as a string in place of an object.</summary>
    [Parameter]
    public SwitchParameter AsString { get; set; }

    /// <summary>Overwrite a file that exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string? OnlyType => SecretType.CertificateAuthority;

    private protected override string Noun => "authority";

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Name is not null || CertificatePath is null)
        {
            TakeAuthorities();
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        foreach (string file in (CertificatePath ?? []).SelectMany(FilePaths.Expand).SelectMany(FilesOf))
        {
            Guard(file, () => TakeFile(file));
        }

        if (Format is not null)
        {
            ExportFormat();
            return;
        }

        TrustBundle bundle = TrustBundle.Create(_certificates, Time.GetUtcNow());
        foreach (CertificateInfo expired in bundle.Expired)
        {
            WriteWarning($"{_sources[expired.Thumbprint]}: {expired} expired at {expired.NotAfter:u} and is left out of the bundle.");
        }

        if (bundle.Certificates.IsEmpty)
        {
            throw CertificateCommandErrors.BundleEmpty();
        }

        string? path = Path is null ? null : FilePaths.Literal(Path);
        if (path is not null)
        {
            if (!ShouldProcess(path, $"Write a trust bundle of {bundle.Certificates.Length} certificates"))
            {
                return;
            }

            MaterialFile.WritePublic(path, Encoding.ASCII.GetBytes(bundle.Certificates.ToPem()), overwrite: Force);
        }

        MeshCaBundle result = new(bundle, _sources, path);
        WriteObject(AsString ? result.Pem : result);
    }

    private static IEnumerable<string> FilesOf(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : [path];

    private void TakeAuthorities()
    {
        MeshStore? store = FindStore();
        foreach (string name in Name ?? ["*"])
        {
            Guard(name, () =>
            {
                foreach (MeshSecret found in Find(store, name, usualScope: false))
                {
                    Guard(found.Metadata.Id, () => TakeAuthority(found));
                }
            });
        }
    }

    private void TakeAuthority(MeshSecret found)
    {
        using Secret secret = Run(ct => found.Store.Engine.GetRequiredAsync(found.Metadata.Id, ct));
        CertificateInfo[] chain = [TlsKeySecret.ReadChain(secret)[0], .. TlsKeySecret.ReadRoots(secret)];
        Take([.. IncludeIntermediate ? chain.Reverse() : [chain[^1]], .. StoredAuthority.ReadTrustedRoots(secret)], found.ToString());
        _authorities.Add(found);
    }

    private void TakeFile(string file)
    {
        MaterialReadOptions options = new() { Envelopes = [new SecretManifestReader()] };
        Take(CertificateReader.ReadCertificates(File.ReadAllBytes(file), file, options).Select(item => CertificateInfo.Parse(item.GetDer().ToArray(), item.Location)), file);
    }

    private void Take(IEnumerable<CertificateInfo> certificates, string source)
    {
        foreach (CertificateInfo certificate in certificates)
        {
            if (_sources.TryAdd(certificate.Thumbprint, source))
            {
                _certificates.Add(certificate);
            }
            else
            {
                WriteVerbose($"{source}: {certificate} is in the bundle already, from {_sources[certificate.Thumbprint]}.");
            }
        }
    }
}
