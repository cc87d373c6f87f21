using System.Collections;
using System.Management.Automation;
using MeshSecrets.Meshes.Istio.Resources;

namespace MeshSecrets.Commands;

/// <summary>Makes Istio's Gateway with a server of TLS, from a TLS key or the name of its secret.</summary>
[Cmdlet(VerbsCommon.New, "MeshGateway", DefaultParameterSetName = CredentialSet)]
[OutputType(typeof(MeshManifest), typeof(string))]
public sealed class NewMeshGatewayCommand : IstioResourceCommand
{
    /// <summary>The name of the Gateway; without it that of the TLS key or credential.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The hosts, each with a namespace before it (shop/www.example.com) or without; the DNS names of the certificate if none is given.</summary>
    [Parameter]
    [Alias("Host")]
    [ValidateNotNullOrEmpty]
    public string[]? HostName { get; set; }

    /// <summary>SIMPLE, MUTUAL, OPTIONAL_MUTUAL, ISTIO_MUTUAL, PASSTHROUGH or AUTO_PASSTHROUGH; mspider's names as well.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GatewayModeCompleter))]
    [ValidateNotNullOrEmpty]
    public string Mode { get; set; } = TlsMode.Simple;

    /// <summary>The port.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int Port { get; set; } = 443;

    /// <summary>HTTPS, or TLS for other protocols within it.</summary>
    [Parameter]
    [ValidateSet("HTTPS", "TLS")]
    public string? Protocol { get; set; }

    /// <summary>The lowest version of TLS.</summary>
    [Parameter]
    [ValidateSet("TLSV1_2", "TLSV1_3")]
    public string? MinProtocolVersion { get; set; }

    /// <summary>The names of which a client's certificate must have one, as spiffe://cluster.local/ns/shop/sa/web.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SubjectAltName { get; set; }

    /// <summary>The labels of the gateway's pods; istio = ingressgateway if none are given.</summary>
    [Parameter]
    public IDictionary? Selector { get; set; }

    /// <summary>Send clients that come to port 80 to HTTPS.</summary>
    [Parameter]
    public SwitchParameter HttpsRedirect { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CredentialFacts? credential = FindCredential();
        if (HostName?.Any(host => host == "*" || host.EndsWith("/*", StringComparison.Ordinal)) == true)
        {
            WriteWarning("The host * takes every name, and no certificate covers every name: clients refuse those that it does not have.");
        }

        GatewayOrder order = new(Name ?? credential?.Name ?? "gateway", TlsMode.Parse(Mode, TlsMode.OfServers))
        {
            Namespace = UsualNamespace,
            Selector = Labels.From(Selector),
            Hosts = Texts(HostName),
            Credential = credential,
            Port = Port,
            Protocol = Protocol?.ToUpperInvariant(),
            MinProtocolVersion = MinProtocolVersion?.ToUpperInvariant(),
            SubjectAltNames = Texts(SubjectAltName),
            RedirectsHttp = HttpsRedirect,
        };
        WriteManifest(GatewayResource.Create(order));
    }
}
