using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Standards;

internal sealed class KeyRuleCases : IRuleCases
{
    private static readonly ForgedCertificate s_root = CertificateForge.Root();
    private static readonly ForgedCertificate s_leaf = CertificateForge.Leaf(s_root);

    public IEnumerable<RuleCase> Cases =>
    [
        new("X509", "MaterialUnreadable", true, () => RuleSecrets.Subject("web", null, "shop", SecretType.Tls, ("tls.crt", s_leaf.Pem), ("tls.key", s_leaf.KeyPem), ("ca.crt", s_root.Pem))),
        new("X509", "MaterialUnreadable", false, () => RuleSecrets.Subject("web", null, "shop", SecretType.Tls, ("tls.crt", s_leaf.KeyPem), ("tls.key", s_leaf.KeyPem))),
        new("X509", "MaterialUnreadable", false, () => RuleSecrets.Subject("web", null, "shop", SecretType.Tls, ("tls.crt", s_leaf.Pem), ("tls.key", s_leaf.KeyPem.Replace("-----END", "A-----END", StringComparison.Ordinal)))),
    ];
}
