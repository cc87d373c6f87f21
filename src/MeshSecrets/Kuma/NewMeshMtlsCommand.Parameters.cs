using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <content>The parameters of all backends, and those of Kuma's own.</content>
public sealed partial class NewMeshMtlsCommand
{
    private const string ChangeSet = "Change";
    private const string BuiltinSet = "Builtin";
    private const string ProvidedSet = "Provided";
    private const string ProvidedFileSet = "ProvidedFile";
    private const string AuthoritySet = "Authority";

    /// <summary>The Mesh as it stands in the mesh, to which a backend is added or whose backends change. All else in it stays.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ChangeSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = BuiltinSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = ProvidedSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = ProvidedFileSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = AuthoritySet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = VaultSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = AcmPcaSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = CertManagerSet)]
    public MeshManifest? Manifest { get; set; }

    /// <summary>The mesh; without it that of the authority, else default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Mesh { get; set; }

    /// <summary>The name of the backend.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string BackendName { get; set; } = "ca-1";

    /// <summary>STRICT, or PERMISSIVE to accept plain text too, while workloads move in.</summary>
    [Parameter]
    [ValidateSet("STRICT", "PERMISSIVE")]
    public string? Mode { get; set; }

    /// <summary>The life of workloads' certificates; Kuma's default is 24 hours.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? ValidFor { get; set; }

    /// <summary>How long the control plane waits for the authority; Kuma's default is 10 seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>The backend that signs. In a new Mesh it is its only one; in an existing one it stays what it was.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EnabledBackend { get; set; }

    /// <summary>Have no backend sign: mTLS is off.</summary>
    [Parameter]
    public SwitchParameter Disabled { get; set; }

    /// <summary>Backends that go; none may be the one that signs.</summary>
    [Parameter]
    public string[] RemoveBackend { get; set; } = [];

    /// <summary>Have the control plane not check the authority.</summary>
    [Parameter]
    public SwitchParameter SkipValidation { get; set; }

    /// <summary>For Kuma outside Kubernetes.</summary>
    [Parameter]
    public SwitchParameter Universal { get; set; }

    /// <summary>The generation of the resource: 2 (from 0.5 to 2.x) or 0.4.</summary>
    [Parameter]
    [ValidateSet("0.4", "2")]
    public string Version { get; set; } = "2";

    /// <summary>Let Kuma make a root of its own.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BuiltinSet)]
    public SwitchParameter Builtin { get; set; }

    /// <summary>The size of that root's RSA key in bits; Kuma's default is 2048.</summary>
    [Parameter(ParameterSetName = BuiltinSet)]
    [ValidateRange(2048, 16384)]
    public int? KeySize { get; set; }

    /// <summary>The life of that root; Kuma's default is ten years.</summary>
    [Parameter(ParameterSetName = BuiltinSet)]
    [Duration]
    public TimeSpan? CaValidFor { get; set; }

    /// <summary>The secret of the mesh with the authority's certificate and chain.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProvidedSet)]
    [ValidateNotNullOrEmpty]
    public string? CertificateSecret { get; set; }

    /// <summary>The secret of the mesh with the authority's key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProvidedSet)]
    [ValidateNotNullOrEmpty]
    public string? KeySecret { get; set; }

    /// <summary>A file of the control plane with the authority's certificate and chain.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProvidedFileSet)]
    [ValidateNotNullOrEmpty]
    public string? CertificateFile { get; set; }

    /// <summary>A file of the control plane with the authority's key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProvidedFileSet)]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>An authority: its secrets have the names that Export-MeshCaBundle -Format KumaProvided gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = AuthoritySet)]
    public MeshCa? Authority { get; set; }
}
