using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Gloo.Relay;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Gloo.RootTrust;

/// <summary>The secret with the root that signs the authorities of the meshes.</summary>
internal static class RootSecretRules
{
    private const string Source = "gloo-mesh, pkg/certificates/common/secrets/cert_secrets.go";
    private const string Signing = "gloo-mesh, pkg/certificates/issuer/utils/cert_gen.go";

    internal static MeshRule DataKeys { get; } = new(
        "GlooVirtualMeshDataKeys",
        RuleSeverity.Error,
        "Gloo Mesh reads an empty certificate or key, and issues no intermediate authority: the IssuedCertificate stays FAILED.",
        "Write it with Export-MeshCaBundle <root> -Format GlooVirtualMesh -IncludePrivateKey.",
        Source,
        subject => IsRootSecret(subject)
            ? new[] { VirtualMeshFormat.CertificateKey, VirtualMeshFormat.PrivateKeyKey }
                .Where(key => !subject.Secret!.GetData().Keys.Contains(key))
                .Select(key => $"it has no {key}, but {string.Join(", ", subject.Secret!.GetData().Keys)}")
            : []);

    internal static MeshRule KeyForm { get; } = new(
        "GlooVirtualMeshKeyForm",
        RuleSeverity.Advice,
        "What Gloo Mesh generates is an RSA key in PKCS#1; versions that read no other form fail at the first certificate.",
        "Write it with Export-MeshCaBundle <root> -Format GlooVirtualMesh -IncludePrivateKey, of a root with -KeyAlgorithm Rsa4096.",
        "gloo-mesh, mtls_translator.go (PKCS8Key: false, currently only supporting PKCS1)",
        subject => IsRootSecret(subject) && subject.Key is { Label: not "RSA PRIVATE KEY" } key ? $"its key is a {key.AlgorithmName} key armoured as '{key.Label}'" : null);

    internal static MeshRule RootIsCa { get; } = new(
        "GlooVirtualMeshRootIsCa",
        RuleSeverity.Error,
        "Everyone refuses the authorities that it signs, and with them every workload's certificate.",
        "Make a root with New-MeshCa and export it with -Format GlooVirtualMesh.",
        "RFC 5280, sections 4.2.1.3 and 4.2.1.9",
        subject => IsRoot(subject) && subject.Certificate is { } certificate
            && (!certificate.IsCa || (certificate.KeyUsages is { } usages && (usages & KeyUsages.KeyCertSign) == 0))
                ? $"{certificate} {(certificate.IsCa ? "lacks the key usage keyCertSign" : "is no authority (CA:FALSE)")}"
                : null);

    internal static MeshRule RootSelfSigned { get; } = new(
        "GlooVirtualMeshRootSelfSigned",
        RuleSeverity.Warning,
        "Gloo Mesh gives it to all as their root; proxies that demand a self-signed one refuse every certificate below it.",
        "Give Gloo Mesh the root itself; keep intermediates for Istio's cacerts (Export-MeshCaBundle -Format IstioCacerts).",
        Source + " (root-cert.pem)",
        subject => IsRoot(subject) && subject.Certificate is { IsSelfIssued: false } certificate ? $"{certificate} was issued by '{certificate.Issuer}'" : null);

    internal static MeshRule PathLength { get; } = new(
        "GlooVirtualMeshPathLength",
        RuleSeverity.Error,
        "Each Istio gets an authority below the root, and the root allows none: every workload's certificate is refused.",
        "Make a root without limit, or with -PathLength 1: New-MeshCa.",
        Signing + " (isCA: true); RFC 5280, section 4.2.1.9",
        subject => IsRoot(subject) && subject.Certificate is { PathLength: 0 } certificate ? $"{certificate} has the path length 0" : null);

    internal static MeshRule ExtendedKeyUsage { get; } = new(
        "GlooVirtualMeshExtendedKeyUsage",
        RuleSeverity.Error,
        "In an authority's certificate they bound what is below it: workloads are server and client, and one of both is refused.",
        "Make a root without extended key usages (New-MeshCa), or with both.",
        "Gloo Mesh, Certificate Management Strategies: the root's configuration has both; Go crypto/x509 and OpenSSL apply them to the chain",
        subject => IsRoot(subject) && subject.Certificate is { ExtendedKeyUsages: { IsEmpty: false } usages }
            && !usages.Contains(Oids.AnyExtendedKeyUsage) && !(usages.Contains(Oids.ServerAuth) && usages.Contains(Oids.ClientAuth))
                ? $"its extended key usages are {string.Join(", ", usages.Select(ExtendedKeyUsageName.FromOid))}"
                : null);

    internal static MeshRule LeafUsages { get; } = new(
        "GlooVirtualMeshLeafUsages",
        RuleSeverity.Advice,
        "Gloo Mesh and Istio take it; Kuma 0.4 refuses such a root, and an authority's key has no use in a handshake.",
        "Make the root with New-MeshCa, whose usages are keyCertSign and cRLSign only. With AWS Private CA, take the request of the authority itself (GetCertificateAuthorityCsr), not one made by openssl.",
        "Gloo Mesh, Certificate Management Strategies, 'ACM Managed Root CAs' (root-ca.conf); Kuma 0.4, ca_cert_validator.go",
        subject => IsRoot(subject) && subject.Certificate is { KeyUsages: { } usages } && (usages & (KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment | KeyUsages.KeyAgreement)) != 0
            ? $"its key usages are {usages}"
            : null);

    internal static MeshRule OneCertificate { get; } = new(
        "GlooVirtualMeshOneCertificate",
        RuleSeverity.Warning,
        "Gloo Mesh signs by the first certificate only and gives the others to nobody who would trust them.",
        "Keep one root in it; name the former one in passiveCertificateAuthorities (New-MeshRootTrust -PassiveCertificateAuthority).",
        Signing + " (ParsePemEncodedCertificate reads one block)",
        subject => IsRootSecret(subject) && subject.Chain.Length > 1 ? $"root-cert.pem has {subject.Chain.Length} certificates" : null);

    internal static MeshRule Life { get; } = new(
        "GlooVirtualMeshRootLife",
        RuleSeverity.Warning,
        "Nobody renews the root: at its end all traffic of all its meshes stops at once.",
        "Plan its change long before: New-MeshCa, then New-MeshRootTrust with -PassiveCertificateAuthority for this one.",
        "gloo-mesh, mtls_translator.go (defaultRootCertTTLDays = 365)",
        subject => IsRoot(subject) && subject.Certificate is { } certificate
            && (certificate.NotAfter - certificate.NotBefore < TimeSpan.FromDays(RootTrustSettings.DefaultTtlDays + 2)
                || certificate.NotAfter - subject.Context.Now < (certificate.NotAfter - certificate.NotBefore) / 3)
                ? $"{certificate} ends at {certificate.NotAfter:u}, after a life of {(certificate.NotAfter - certificate.NotBefore).TotalDays:0} days"
                : null);

    internal static MeshRule GeneratedType { get; } = new(
        "GlooVirtualMeshGeneratedType",
        RuleSeverity.Error,
        "Gloo Mesh sees only secrets of its own type when it looks for the root that it generated, makes another one, and overwrites this.",
        $"Write it with the type {VirtualMeshFormat.GeneratedType}, as Export-MeshCaBundle -Format GlooVirtualMesh -TargetName <name>.<namespace> does.",
        "gloo-mesh, mtls_translator.go (signingCertSecretType, IsSigningCert)",
        subject => IsRootSecret(subject) && subject.Secret!.Metadata.Type != VirtualMeshFormat.GeneratedType
            && subject.Context.Resources.Where(RootTrustSettings.IsOne).Select(resource => new RootTrustSettings(resource))
                .Any(settings => settings is { IsPolicy: false, Generated: not null } && settings.GeneratedSecretName == subject.Secret.Id.Name)
                ? $"it has the name of a generated root and the type {subject.Secret.Metadata.Type}"
                : null);

    /// <summary>A secret with material that is judged as a root; the relay's are another matter.</summary>
    private static bool IsRootSecret(RuleSubject subject) =>
        subject.Secret is { } secret && RelaySecretName.TryParse(secret.Id.Name) is null && (subject.Key is not null || !subject.Chain.IsEmpty || !subject.Roots.IsEmpty);

    private static bool IsRoot(RuleSubject subject) => (subject.Resource is null || subject.Secret is not null) && RelayRole.Of(subject) is null;
}
