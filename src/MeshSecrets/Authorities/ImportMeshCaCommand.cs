using System.Management.Automation;
using System.Security;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Takes over an existing authority: its certificate, its key, and the chain up to its root.</summary>
[Cmdlet(VerbsData.Import, "MeshCa", SupportsShouldProcess = true, DefaultParameterSetName = TlsKeyFiles.FileSet)]
[OutputType(typeof(MeshCa))]
public sealed class ImportMeshCaCommand : AuthorityCommand
{
    private const string FormatSet = "Format";
    private const string LiteralFormatSet = "LiteralFormat";

    /// <summary>The file with the authority's certificate; the ones above it may follow (PEM or DER).</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = TlsKeyFiles.FileSet)]
    public string CertificatePath { get; set; } = "";

    /// <summary>The file with its private key (PEM or DER; PKCS#8, SEC 1 or PKCS#1; encrypted ones with -Password).</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = TlsKeyFiles.FileSet)]
    public string KeyPath { get; set; } = "";

    /// <summary>The file with the certificates above it, up to the root, if they are not with its own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = TlsKeyFiles.FileSet)]
    public string? CaPath { get; set; }

    /// <summary>The PKCS#12 file (.p12, .pfx) with certificate, key and chain.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = TlsKeyFiles.Pkcs12Set)]
    public string Pkcs12Path { get; set; } = "";

    /// <summary>A manifest, or a folder of manifests or of values, in which the authority stands as a mesh has it.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = FormatSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken as it is written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralFormatSet)]
    [Alias("PSPath")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The mesh's form, as IstioCacerts or OsmCaBundle; without it, it is recognized.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = FormatSet)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralFormatSet)]
    [ArgumentCompleter(typeof(AuthorityFormatCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Format { get; set; }

    /// <summary>The password of an encrypted key or a PKCS#12 file.</summary>
    [Parameter]
    [Passphrase]
    public SecureString? Password { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        SecretId id = ToId(Name);
        if (ParameterSetName is FormatSet or LiteralFormatSet)
        {
            ImportFormat(id);
            return;
        }

        TlsKeyFiles files = new(FilePaths.LiteralExisting, Password);
        using TlsKeyMaterial material = ParameterSetName == TlsKeyFiles.Pkcs12Set ? files.ReadPkcs12(Pkcs12Path) : files.Read(CertificatePath, KeyPath, CaPath);
        using CertificateAuthority authority = CertificateAuthority.Import(id.ToString(), material, ToPolicy(), Time);
        Import(id, authority, beyond: null);
    }

    private void ImportFormat(SecretId id)
    {
        string[] files = [.. Path.SelectMany(FilePaths.Expand), .. LiteralPath.Select(FilePaths.LiteralExisting)];
        using AuthorityMaterial material = AuthorityFiles.Read(files, Format, Time.GetUtcNow(), finding => WriteWarning($"{finding.RuleId}: {finding.Target} {finding.Found.TrimEnd('.')}. {finding.Effect}"));
        using TlsKeyMaterial own = StoredAuthority.ToMaterial(material);
        using CertificateAuthority authority = CertificateAuthority.Import(id.ToString(), own, ToPolicy(), Time);
        Import(id, authority, material);
    }

    private void Import(SecretId id, CertificateAuthority authority, AuthorityMaterial? beyond)
    {
        if (!ShouldProcess(id.ToString(), $"Import the authority {authority.Certificate.Subject}"))
        {
            return;
        }

        MeshStore store = ResolveStore();
        WarnOfUse(store, id);
        using Secret secret = AuthoritySecret.Create(id, authority, Labels.From(Label), issuer: null);
        if (beyond is not null)
        {
            StoredAuthority.AddTo(secret.GetData(), beyond, authority.Root);
        }

        SecretWrite write = new(secret, Force ? WriteMode.CreateOrUpdate : WriteMode.Create, Action: "import");
        SecretMetadata stored = Run(ct => WriterOf(store).PutAsync(write, ct));
        WriteObject(new MeshCa(stored, store, authority.Certificate, authority.IsRoot));
    }
}
