using System.Collections;
using System.Management.Automation;
using MeshSecrets.Meshes.Istio.Resources;

namespace MeshSecrets.Commands;

/// <summary>Makes Istio's DestinationRule with TLS of clients, from a TLS key, the name of its secret, or files of the proxy.</summary>
[Cmdlet(VerbsCommon.New, "MeshDestinationRule", DefaultParameterSetName = CredentialSet)]
[OutputType(typeof(MeshManifest), typeof(string))]
public sealed class NewMeshDestinationRuleCommand : IstioResourceCommand
{
    private const string FileSet = "File";

    /// <summary>The name of the DestinationRule.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    /// <summary>The service or host to which clients send, as bank.example.com or reviews.shop.svc.cluster.local.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Alias("Host")]
    public string HostName { get; set; } = "";

    /// <summary>SIMPLE, MUTUAL, ISTIO_MUTUAL or DISABLE; mspider's names as well.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ClientModeCompleter))]
    [ValidateNotNullOrEmpty]
    public string Mode { get; set; } = TlsMode.Simple;

    /// <summary>The client's certificate: a path in the proxy.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public string? ClientCertificate { get; set; }

    /// <summary>The client's key: a path in the proxy.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public string? PrivateKey { get; set; }

    /// <summary>What the server is verified by: a path in the proxy.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public string? CaCertificates { get; set; }

    /// <summary>The server name that clients send.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Sni { get; set; }

    /// <summary>The names of which the server's certificate must have one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SubjectAltName { get; set; }

    /// <summary>The only port that it is for; all without it.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>The labels of the workloads that it is for. Without them only gateways read a credential, and sidecars none.</summary>
    [Parameter]
    public IDictionary? WorkloadSelector { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CredentialFacts? credential = FindCredential();
        DestinationRuleOrder order = new(Name, HostName, TlsMode.Parse(Mode, TlsMode.OfClients))
        {
            Namespace = UsualNamespace,
            Credential = credential,
            ClientCertificate = ClientCertificate,
            PrivateKey = PrivateKey,
            CaCertificates = CaCertificates,
            Sni = Sni,
            SubjectAltNames = Texts(SubjectAltName),
            Port = Port,
            WorkloadSelector = Labels.From(WorkloadSelector),
        };
        WriteManifest(DestinationRuleResource.Create(order));
    }
}
