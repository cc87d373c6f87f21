using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Istio.Resources;
using MeshSecrets.Meshes.Istio.Rules;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Istio;

/// <summary>Istio: istiod's authority, the roots that workloads trust, and the credentials of gateways.</summary>
internal sealed class IstioDialect : IMeshDialect
{
    public string Name => "Istio";

    public IReadOnlyList<SecretForm> SecretForms { get; } = [new IstioGatewayForm()];

    public IReadOnlyList<AuthorityFormat> AuthorityFormats { get; } =
    [
        new IstioCaSecretFormat(),
        new IstioCacertsTlsFormat(),
        new IstioCacertsFormat(),
        new IstioCaRootCertFormat(),
    ];

    public IReadOnlyList<RuleSet> RuleSets { get; } = [IstioRules.Set, IstioGatewayRules.Set];

    public IReadOnlyList<ResourceKind> ResourceKinds { get; } =
    [
        new IstioGatewayKind(),
        new DestinationRuleKind(),
        new GatewayApiKind(),
        new IstiodDeploymentKind(),
        new CaRootCertKind(),
    ];
}
