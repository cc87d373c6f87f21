using System.Management.Automation;
using MeshSecrets.Meshes.Gloo.RootTrust;

namespace MeshSecrets.Commands;

/// <summary>Makes the resource by which Gloo Mesh is told who signs for its meshes: a RootTrustPolicy, or in its first generation a VirtualMesh.</summary>
[Cmdlet(VerbsCommon.New, "MeshRootTrust", DefaultParameterSetName = SecretSet)]
[OutputType(typeof(MeshManifest), typeof(string))]
public sealed class NewMeshRootTrustCommand : ResourceCommand
{
    private const string GeneratedSet = "Generated";
    private const string SecretSet = "Secret";
    private const string VaultSet = "Vault";

    /// <summary>The name of the resource.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The namespace of the resource, and of what it refers to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "gloo-mesh";

    /// <summary>The generation of Gloo Mesh: v2 for a RootTrustPolicy, v1 for a VirtualMesh.</summary>
    [Parameter]
    [ValidateSet("v1", "v2")]
    public string ApiGeneration { get; set; } = "v2";

    /// <summary>The meshes, by the names that Gloo Mesh gave them, as istiod-istio-system-cluster-1. A VirtualMesh needs them; a policy without any applies to all.</summary>
    [Parameter]
    public string[] MeshName { get; set; } = [];

    /// <summary>Let Gloo Mesh generate the root: for trying out only.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GeneratedSet)]
    public SwitchParameter Generated { get; set; }

    /// <summary>How many days the generated root lives.</summary>
    [Parameter(ParameterSetName = GeneratedSet)]
    [ValidateRange(1, 36500)]
    public int? TtlDays { get; set; }

    /// <summary>The size of the generated root's RSA key in bits. Gloo Mesh's field is called rsaKeySizeBytes and means bits.</summary>
    [Parameter(ParameterSetName = GeneratedSet)]
    [ValidateSet("2048", "3072", "4096")]
    public string? KeyBits { get; set; }

    /// <summary>The organization of the generated root.</summary>
    [Parameter(ParameterSetName = GeneratedSet)]
    [ValidateNotNullOrEmpty]
    public string? OrgName { get; set; }

    /// <summary>The secret with the root, in the form GlooVirtualMesh.</summary>
    [Parameter(ParameterSetName = SecretSet)]
    [ValidateNotNullOrEmpty]
    public string? CaSecretName { get; set; }

    /// <summary>The secret with the root, as an authority or a secret from a store, or as the manifest of a Secret.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = SecretSet)]
    public PSObject? InputObject { get; set; }

    /// <summary>The address of Vault, which each cluster's agent asks for its authority.</summary>
    [Parameter(Mandatory = true, ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string VaultServer { get; set; } = "";

    /// <summary>The path at which Vault signs an intermediate.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string VaultCaPath { get; set; } = "pki/root/sign-intermediate";

    /// <summary>The path at which Vault makes the intermediate's key; it must end with generate/exported, for Istio needs the key.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string VaultCsrPath { get; set; } = "pki_int/intermediate/generate/exported";

    /// <summary>The secret with Vault's token, in each cluster.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? VaultTokenSecretName { get; set; }

    /// <summary>The role of Vault by which the agent's service account logs in, in place of a token.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? VaultKubernetesRole { get; set; }

    /// <summary>Secrets with roots that are trusted, but not signed with: the former root while workloads change over.</summary>
    [Parameter]
    public string[] PassiveCertificateAuthority { get; set; } = [];

    /// <summary>How many days the authorities of the meshes live.</summary>
    [Parameter]
    [ValidateRange(1, 36500)]
    public int? IntermediateTtlDays { get; set; }

    /// <summary>Have Gloo Mesh restart the pods, so that they take certificates of the new root.</summary>
    [Parameter]
    public SwitchParameter AutoRestartPods { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        bool first = ApiGeneration.Equals("v1", StringComparison.OrdinalIgnoreCase);
        WriteManifest(new RootTrust
        {
            Name = Name ?? (first ? "virtual-mesh" : "root-trust-policy"),
            Namespace = Namespace,
            IsFirstGeneration = first,
            Authority = ToAuthority(),
            PassiveAuthorities = [.. PassiveCertificateAuthority.Select(name => new SecretReference(name, Namespace))],
            RestartsPods = AutoRestartPods,
            IntermediateTtlDays = IntermediateTtlDays,
            Meshes = [.. MeshName],
        }.ToManifest());
    }

    private RootAuthority ToAuthority() => ParameterSetName switch
    {
        GeneratedSet => new GeneratedRoot(TtlDays, KeyBits is null ? null : int.Parse(KeyBits, System.Globalization.CultureInfo.InvariantCulture), OrgName),
        VaultSet => VaultTokenSecretName is null == VaultKubernetesRole is null
            ? throw GlooCommandErrors.VaultLogin()
            : new VaultRoot(VaultServer, VaultCaPath, VaultCsrPath, VaultTokenSecretName is null ? null : new SecretReference(VaultTokenSecretName, Namespace), VaultKubernetesRole),
        _ => ToSecret(),
    };

    private SecretRoot ToSecret()
    {
        (string? name, string? ns) = InputObject?.BaseObject switch
        {
            null => (null, null),
            MeshSecret secret => (secret.Name, secret.Namespace),
            MeshManifest { Kind: "Secret" } manifest => (manifest.Name, manifest.Namespace),
            object other => throw GlooCommandErrors.NotASecret(other),
        };
        return new SecretRoot(new SecretReference(CaSecretName ?? name ?? throw GlooCommandErrors.RootMissing(), ns ?? Namespace));
    }
}
