using System.Collections;
using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <content>The parameters.</content>
public sealed partial class NewMeshIdentityCommand
{
    private const string AuthoritySet = "Authority";
    private const string ProvidedSet = "Provided";
    private const string AutogenerateSet = "Autogenerate";
    private const string SpireSet = "Spire";
    private const string ExtensionSet = "Extension";
    private const string TrustSet = "Trust";

    /// <summary>The name of the resource.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The mesh; without it that of the authority, else default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Mesh { get; set; }

    /// <summary>The namespace of the control plane, the only one in which Kuma allows the resource.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "kuma-system";

    /// <summary>For Kuma outside Kubernetes.</summary>
    [Parameter]
    public SwitchParameter Universal { get; set; }

    /// <summary>The trust domain; of an identity it may be a template, as {{ .Mesh }}.{{ .Zone }}.mesh.local.</summary>
    [Parameter(ParameterSetName = AuthoritySet)]
    [Parameter(ParameterSetName = ProvidedSet)]
    [Parameter(ParameterSetName = AutogenerateSet)]
    [Parameter(ParameterSetName = SpireSet)]
    [Parameter(ParameterSetName = ExtensionSet)]
    [Parameter(Mandatory = true, ParameterSetName = TrustSet)]
    [ValidateLength(1, 253)]
    public string? TrustDomain { get; set; }

    /// <summary>A template of the SPIFFE ID's path, as /ns/{{ .Namespace }}/sa/{{ .ServiceAccount }}.</summary>
    [Parameter(ParameterSetName = AuthoritySet)]
    [Parameter(ParameterSetName = ProvidedSet)]
    [Parameter(ParameterSetName = AutogenerateSet)]
    [Parameter(ParameterSetName = SpireSet)]
    [Parameter(ParameterSetName = ExtensionSet)]
    [ValidateNotNullOrEmpty]
    public string? SpiffePath { get; set; }

    /// <summary>The labels of the proxies that it is for; without it all proxies of the mesh.</summary>
    [Parameter(ParameterSetName = AuthoritySet)]
    [Parameter(ParameterSetName = ProvidedSet)]
    [Parameter(ParameterSetName = AutogenerateSet)]
    [Parameter(ParameterSetName = SpireSet)]
    [Parameter(ParameterSetName = ExtensionSet)]
    public IDictionary MatchLabel { get; set; } = new Hashtable();

    /// <summary>The life of workloads' certificates; Kuma's default is 5 days.</summary>
    [Parameter(ParameterSetName = AuthoritySet)]
    [Parameter(ParameterSetName = ProvidedSet)]
    [Parameter(ParameterSetName = AutogenerateSet)]
    [Duration]
    public TimeSpan? ValidFor { get; set; }

    /// <summary>Let the authority be a root. Of an authority from a store it is known whether it is one.</summary>
    [Parameter(ParameterSetName = AuthoritySet)]
    [Parameter(ParameterSetName = ProvidedSet)]
    public SwitchParameter AllowSelfSigned { get; set; }

    /// <summary>Have the control plane make no MeshTrust.</summary>
    [Parameter(ParameterSetName = AuthoritySet)]
    [Parameter(ParameterSetName = ProvidedSet)]
    [Parameter(ParameterSetName = AutogenerateSet)]
    public SwitchParameter NoTrust { get; set; }

    /// <summary>An authority: its secrets have the names that Export-MeshCaBundle -Format KumaProvided gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = AuthoritySet)]
    public MeshCa? Authority { get; set; }

    /// <summary>The secret of the mesh with the authority's certificate and chain.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProvidedSet)]
    [ValidateNotNullOrEmpty]
    public string? CertificateSecret { get; set; }

    /// <summary>The secret of the mesh with the authority's key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProvidedSet)]
    [ValidateNotNullOrEmpty]
    public string? KeySecret { get; set; }

    /// <summary>Let Kuma make a root of its own.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AutogenerateSet)]
    public SwitchParameter Autogenerate { get; set; }

    /// <summary>Let SPIRE sign.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SpireSet)]
    public SwitchParameter Spire { get; set; }

    /// <summary>How long a proxy waits for its SPIRE agent; Kuma's default is one second.</summary>
    [Parameter(ParameterSetName = SpireSet)]
    [Duration]
    public TimeSpan? AgentTimeout { get; set; }

    /// <summary>Let an extension of the control plane sign.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ExtensionSet)]
    [ValidateNotNullOrEmpty]
    public string? ExtensionName { get; set; }

    /// <summary>The extension's settings, in YAML or JSON.</summary>
    [Parameter(ParameterSetName = ExtensionSet)]
    [ValidateNotNullOrEmpty]
    public string? ExtensionConfig { get; set; }

    /// <summary>Make a MeshTrust of these certificates in PEM, as Export-MeshCaBundle -AsString gives them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TrustSet)]
    [ValidateNotNullOrEmpty]
    public string[] CaBundle { get; set; } = [];
}
