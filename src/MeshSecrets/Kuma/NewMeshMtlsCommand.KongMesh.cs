using System.Management.Automation;
using MeshSecrets.Meshes.KongMesh;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Commands;

/// <content>The parameters of the backends that only Kong Mesh has.</content>
public sealed partial class NewMeshMtlsCommand
{
    private const string VaultSet = "Vault";
    private const string AcmPcaSet = "AcmPca";
    private const string CertManagerSet = "CertManager";

    /// <summary>A template of the common name, as {{ tag "kuma.io/service" }}.mesh.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [Parameter(ParameterSetName = AcmPcaSet)]
    [Parameter(ParameterSetName = CertManagerSet)]
    [ValidateNotNullOrEmpty]
    public string? CommonName { get; set; }

    /// <summary>The secret with the authority's certificate; for Vault, with what verifies the server.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [Parameter(ParameterSetName = AcmPcaSet)]
    [Parameter(ParameterSetName = CertManagerSet)]
    [ValidateNotNullOrEmpty]
    public string? CaSecret { get; set; }

    /// <summary>The role of Vault's PKI by which it issues.</summary>
    [Parameter(Mandatory = true, ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? VaultRole { get; set; }

    /// <summary>The mount of Vault's PKI.</summary>
    [Parameter(Mandatory = true, ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? VaultPki { get; set; }

    /// <summary>The address of Vault, as https://vault.contoso.com:8200.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    public Uri? VaultAddress { get; set; }

    /// <summary>The address of a Vault agent, which authenticates itself.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    public Uri? VaultAgentAddress { get; set; }

    /// <summary>The namespace in Vault Enterprise.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? VaultNamespace { get; set; }

    /// <summary>The name that Vault's certificate must have.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? VaultServerName { get; set; }

    /// <summary>The secret with Vault's token.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? TokenSecret { get; set; }

    /// <summary>The secret with a client certificate for Vault.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? ClientCertificateSecret { get; set; }

    /// <summary>The secret with the client certificate's key.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? ClientKeySecret { get; set; }

    /// <summary>How the control plane proves itself by AWS: IAM or EC2.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateSet("IAM", "EC2")]
    public string? AwsType { get; set; }

    /// <summary>The role of Vault's AWS authentication.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? AwsRole { get; set; }

    /// <summary>The value of X-Vault-AWS-IAM-Server-ID.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string? AwsServerIdHeader { get; set; }

    /// <summary>The authority in AWS Private CA.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AcmPcaSet)]
    [ValidatePattern("^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:[0-9]{12}:certificate-authority/[0-9a-f-]{36}$")]
    public string? Arn { get; set; }

    /// <summary>The secret with the id of an AWS access key; without it, the control plane's surroundings give credentials.</summary>
    [Parameter(ParameterSetName = AcmPcaSet)]
    [ValidateNotNullOrEmpty]
    public string? AccessKeyIdSecret { get; set; }

    /// <summary>The secret with the AWS access key itself.</summary>
    [Parameter(ParameterSetName = AcmPcaSet)]
    [ValidateNotNullOrEmpty]
    public string? AccessKeySecret { get; set; }

    /// <summary>The issuer of cert-manager.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CertManagerSet)]
    [ValidateNotNullOrEmpty]
    public string? IssuerName { get; set; }

    /// <summary>Issuer or ClusterIssuer, or the kind of another group.</summary>
    [Parameter(ParameterSetName = CertManagerSet)]
    [ValidateNotNullOrEmpty]
    public string IssuerKind { get; set; } = "Issuer";

    /// <summary>The issuer's API group.</summary>
    [Parameter(ParameterSetName = CertManagerSet)]
    [ValidateNotNullOrEmpty]
    public string IssuerGroup { get; set; } = "cert-manager.io";

    private ManifestNode ToVault()
    {
        if (VaultAddress is null && VaultAgentAddress is null)
        {
            throw KumaCommandErrors.VaultAddressMissing();
        }

        int ways = new[] { TokenSecret, ClientKeySecret ?? ClientCertificateSecret, AwsType ?? AwsRole }.Count(way => way is not null);
        bool isHalf = (ClientKeySecret is null) != (ClientCertificateSecret is null) || (AwsType is null && (AwsRole ?? AwsServerIdHeader) is not null);
        if (isHalf || ways > 1 || (ways == 0 && VaultAgentAddress is null))
        {
            throw KumaCommandErrors.VaultAuthenticationUnclear();
        }

        return new VaultConf
        {
            Address = VaultAddress?.OriginalString,
            AgentAddress = VaultAgentAddress?.OriginalString,
            Namespace = VaultNamespace,
            Pki = VaultPki!,
            Role = VaultRole!,
            CommonName = CommonName,
            CaSecret = CaSecret,
            ServerName = VaultServerName,
            TokenSecret = TokenSecret,
            ClientCertificateSecret = ClientCertificateSecret,
            ClientKeySecret = ClientKeySecret,
            AwsType = AwsType,
            AwsRole = AwsRole,
            AwsServerIdHeader = AwsServerIdHeader,
        }.ToNode();
    }
}
