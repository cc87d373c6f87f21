using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <content>Authorities and bundles in the form that a mesh takes.</content>
public sealed partial class ExportMeshCaBundleCommand
{
    private const string FormatSet = "Format";

    private readonly List<MeshSecret> _authorities = [];

    /// <summary>The mesh's form, as IstioCacerts, KumaProvided or OsmCaBundle; Tab shows all.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FormatSet)]
    [ArgumentCompleter(typeof(AuthorityFormatCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Format { get; set; }

    /// <summary>The name in the mesh, where it is not the form's own.</summary>
    [Parameter(ParameterSetName = FormatSet)]
    [ValidateNotNullOrEmpty]
    public string? TargetName { get; set; }

    /// <summary>The Kubernetes namespace in the mesh, where it is not the form's own.</summary>
    [Parameter(ParameterSetName = FormatSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? TargetNamespace { get; set; }

    /// <summary>The mesh that it is for; without it the mesh default, for meshes that have several.</summary>
    [Parameter(ParameterSetName = FormatSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MeshCompleter))]
    public string? TargetMesh { get; set; }

    /// <summary>Write for a mesh outside Kubernetes, as Kuma's Universal mode.</summary>
    [Parameter(ParameterSetName = FormatSet)]
    public SwitchParameter Universal { get; set; }

    /// <summary>Write the authority's private key, which the forms of authorities hold. The files are their owner's alone (0600).</summary>
    [Parameter(ParameterSetName = FormatSet)]
    public SwitchParameter IncludePrivateKey { get; set; }

    private void ExportFormat()
    {
        AuthorityFormat format = MeshDialects.FindAuthorityFormat(Format!);
        FormatTarget target = new()
        {
            Name = TargetName,
            Namespace = TargetNamespace,
            Mesh = TargetMesh,
            IsUniversal = Universal,
            IncludePrivateKey = IncludePrivateKey,
        };
        if (IncludePrivateKey && !format.HoldsPrivateKey)
        {
            throw CertificateCommandErrors.FormatWithoutPrivateKey(format.Name);
        }

        string? path = Path is null ? null : FilePaths.Literal(Path);
        if (path is not null && !ShouldProcess(path, IncludePrivateKey ? $"Write {format.Name} with the private key" : $"Write {format.Name}"))
        {
            return;
        }

        using AuthorityMaterial authority = Gather(format);
        using MeshObjects objects = format.Write(authority, target, Time.GetUtcNow());
        if (IncludePrivateKey && (path is not null || AsString))
        {
            MeshSecret source = _authorities[0];
            Run(ct => source.Store.Engine.NoteAccessAsync([source.Metadata.Id], "export", ct));
        }

        if (path is not null)
        {
            Write(objects, path);
        }

        if (AsString)
        {
            byte[] yaml = ObjectFiles.ToYaml(objects);
            WriteObject(Encoding.UTF8.GetString(yaml));
            CryptographicOperations.ZeroMemory(yaml);
            return;
        }

        TrustBundle bundle = new([.. authority.Chain.Concat(authority.Roots).DistinctBy(certificate => certificate.Thumbprint)], []);
        WriteObject(new MeshCaBundle(bundle, bundle.Certificates.ToDictionary(certificate => certificate.Thumbprint, _ => authority.Source), path, format.Name));
    }

    /// <summary>A form with a key is of one authority; one without may gather the roots of many.</summary>
    private AuthorityMaterial Gather(AuthorityFormat format)
    {
        if (!format.HoldsPrivateKey)
        {
            TrustBundle bundle = TrustBundle.Create(_certificates, Time.GetUtcNow());
            return bundle.Certificates.IsEmpty
                ? throw CertificateCommandErrors.BundleEmpty()
                : new AuthorityMaterial(string.Join(", ", bundle.Certificates.Select(root => _sources[root.Thumbprint]).Distinct()), key: null) { Roots = bundle.Certificates };
        }

        if (_authorities.Count != 1)
        {
            throw CertificateCommandErrors.FormatOfOneAuthority(format.Name, _authorities.Count);
        }

        MeshSecret found = _authorities[0];
        using Secret secret = Run(ct => found.Store.Engine.GetRequiredAsync(found.Metadata.Id, ct));
        AuthorityMaterial authority = StoredAuthority.Read(secret);
        IEnumerable<CertificateInfo> further = _certificates.Where(certificate => _sources[certificate.Thumbprint] != found.ToString());
        return new AuthorityMaterial(authority.Source, authority.GetKey())
        {
            Chain = authority.Chain,
            Roots = [.. authority.Roots.Concat(further).DistinctBy(root => root.Thumbprint)],
            Crls = authority.Crls,
        };
    }

    private void Write(MeshObjects objects, string path)
    {
        bool isFolder = Directory.Exists(path) || !System.IO.Path.HasExtension(path) || Path!.EndsWith('/') || Path.EndsWith('\\');
        if (isFolder)
        {
            ObjectFiles.WriteFolder(objects, path, Force);
        }
        else
        {
            ObjectFiles.WriteManifest(objects, path, Force);
        }
    }
}
