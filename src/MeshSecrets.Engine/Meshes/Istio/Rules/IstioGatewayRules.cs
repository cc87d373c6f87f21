using MeshSecrets.Meshes.Istio.Resources;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Meshes.Standards;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>The rules for what gateways and clients are given: credentials, Gateways and DestinationRules, each against the others.</summary>
internal static class IstioGatewayRules
{
    internal static RuleSet Set { get; } = new(
        "IstioGateway",
        "credentials of Istio's gateways and clients, Gateways and DestinationRules",
        [
            KeyRules.MaterialUnreadable,
            GatewaySecretRules.KeysMissing,
            GatewaySecretRules.BothNames,
            GatewaySecretRules.KeyMismatch,
            GatewaySecretRules.LeafFirst,
            GatewaySecretRules.NotValidNow,
            GatewaySecretRules.ServerAuth,
            GatewaySecretRules.HostNotCovered,
            GatewaySecretRules.CaMissing,
            GatewaySecretRules.CaSecretIncomplete,
            GatewaySecretRules.CaShadowed,
            GatewaySecretRules.CaName,
            GatewaySecretRules.ClientCaIsServers,
            GatewayResourceRules.ServerIncomplete,
            GatewayResourceRules.PortNameTwice,
            GatewayResourceRules.TlsMisplaced,
            GatewayResourceRules.IstioMutualCredential,
            GatewayResourceRules.SeveralSources,
            GatewayResourceRules.CertificateMissing,
            GatewayResourceRules.PassthroughCertificate,
            GatewayResourceRules.CrlBesideCredential,
            GatewayResourceRules.TlsVersion,
            GatewayResourceRules.HostAny,
            GatewayResourceRules.SecretMissing,
            GatewayResourceRules.SecretElsewhere,
            DestinationRules.CredentialAndFiles,
            DestinationRules.MutualIncomplete,
            DestinationRules.IstioMutualFields,
            DestinationRules.NotVerified,
            DestinationRules.SecretMissing,
            DestinationRules.ClientAuth,
        ])
    {
        Fits = subject => subject.Resource is { ApiGroup: IstioGatewayKind.GroupName } || GatewaySubject.IsGatewayApi(subject.Resource) || (subject.Secret is { } secret && GatewaySubject.FindServers(subject, secret).Any()),
    };
}
