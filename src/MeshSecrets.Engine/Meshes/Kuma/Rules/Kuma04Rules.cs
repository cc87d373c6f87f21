using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Kuma.Rules.KumaSubject;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>What only Kuma before 1.3 demands of an authority, and the Mesh resource of 0.4.</summary>
internal static class Kuma04Rules
{
    private const string Source = "kumahq/kuma 0.4.0, pkg/core/ca/provided/ca_cert_validator.go";
    private const string MeshSource = "kumahq/kuma 0.4.0, api/mesh/v1alpha1/mesh.proto";

    internal static MeshRule SingleCertificate { get; } = new(
        "Kuma04SingleCertificate",
        RuleSeverity.Error,
        "Kuma refuses the authority: 'certificate must be a root CA (certificate chains are not allowed)'.",
        "Give the root's certificate alone; for an intermediate authority, upgrade to Kuma 1.3 or later.",
        Source,
        subject => Authority(subject) is { Count: > 1 } chain ? $"there are {chain.Count} certificates" : null);

    internal static MeshRule SelfSigned { get; } = new(
        "Kuma04SelfSigned",
        RuleSeverity.Error,
        "Kuma refuses the authority: 'certificate must be self-signed (intermediate CAs are not allowed)'.",
        "Give a root; for an intermediate authority, upgrade to Kuma 1.3 or later.",
        Source,
        EachCertificate(certificate => certificate.IsSelfIssued ? null : $"is issued by another name, {certificate.Issuer}"));

    internal static MeshRule DigitalSignature { get; } = new(
        "Kuma04DigitalSignature",
        RuleSeverity.Error,
        "Kuma refuses the authority: 'key usage extension 'digitalSignature' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)'.",
        "Make the authority's certificate anew without digitalSignature, as New-MeshCa does.",
        Source,
        EachCertificate(certificate => Has(certificate, KeyUsages.DigitalSignature) ? "has the key usage digitalSignature" : null));

    internal static MeshRule KeyEncipherment { get; } = new(
        "Kuma04KeyEncipherment",
        RuleSeverity.Error,
        "Kuma refuses the authority: 'key usage extension 'keyEncipherment' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)'.",
        "Make the authority's certificate anew without keyEncipherment, as New-MeshCa does.",
        Source,
        EachCertificate(certificate => Has(certificate, KeyUsages.KeyEncipherment) ? "has the key usage keyEncipherment" : null));

    internal static MeshRule Backends { get; } = new(
        "Kuma04Backends",
        RuleSeverity.Error,
        "Kuma 0.4 does not know backends: the fields are dropped, and the mesh stays without mTLS.",
        "Write mtls.enabled and mtls.ca, as New-MeshMtls -Version 0.4 does, or upgrade to Kuma 0.5 or later.",
        MeshSource,
        subject => Mesh(subject)?.Node is { } mtls && (mtls.Find("backends") ?? mtls.Find("enabledBackend")) is not null ? "mtls has backends, which came with 0.5" : null);

    internal static MeshRule AuthorityMissing { get; } = new(
        "Kuma04AuthorityMissing",
        RuleSeverity.Error,
        "Kuma 0.4 has nothing that could sign: proxies get no certificates.",
        "Name the authority in mtls.ca, builtin or provided, as New-MeshMtls -Version 0.4 does.",
        MeshSource,
        subject => Mesh(subject) is { IsEnabled04: true } mesh && (mesh.Authority04?.Find("builtin") ?? mesh.Authority04?.Find("provided")) is null ? "mtls is enabled without ca" : null);

    internal static MeshRule NotEnabled { get; } = new(
        "Kuma04NotEnabled",
        RuleSeverity.Warning,
        "The authority is there, and nothing uses it: traffic is in plain text.",
        "Set mtls.enabled to true.",
        MeshSource,
        subject => Mesh(subject) is { Authority04: not null, IsEnabled04: false } ? "mtls.ca is set, but mtls.enabled is not true" : null);

    internal static MeshRule OldFields { get; } = new(
        "KumaOldMtlsFields",
        RuleSeverity.Error,
        "Kuma from 0.5 on does not know these fields: they are dropped, and the mesh stays without mTLS.",
        "Write mtls.enabledBackend and mtls.backends, as New-MeshMtls does.",
        "kumahq/kuma 0.5.0, api/mesh/v1alpha1/mesh.proto",
        subject => Mesh(subject)?.Node is { } mtls && (mtls.Find("ca") ?? mtls.Find("enabled")) is not null ? "mtls has the fields of 0.4, enabled or ca" : null);
}
