using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kuma.Authorities;
using MeshSecrets.Meshes.Kuma.Dependencies;
using MeshSecrets.Meshes.Kuma.Rules;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Kuma;

/// <summary>What Kuma expects, from 0.4 to 3.</summary>
internal sealed class KumaDialect : IMeshDialect
{
    public string Name => "Kuma";

    public IReadOnlyList<SecretForm> SecretForms { get; } = [new KumaUniversalForm(), new KumaKubernetesForm("KumaKubernetes", KumaSecret.Namespace)];

    public IReadOnlyList<AuthorityFormat> AuthorityFormats { get; } = [new KumaBuiltinFormat(), new Kuma04BuiltinFormat(), new KumaProvidedFormat()];

    public IReadOnlyList<RuleSet> RuleSets { get; } = [KumaRuleSets.Kuma04, KumaRuleSets.Kuma, KumaRuleSets.Kuma3];

    public IReadOnlyList<ResourceKind> ResourceKinds { get; } =
    [
        new MeshKind(),
        new MeshIdentityKind(),
        new DataSourceKind("MeshGateway", "conf", "The listener has no certificate any more, and refuses TLS."),
        new DataSourceKind("ExternalService", "networking", "The control plane can no longer make the TLS settings of the way out, and requests there fail."),
        new DataSourceKind("MeshExternalService", "tls", "The control plane can no longer make the TLS settings of the way out, and requests there fail."),
    ];
}
