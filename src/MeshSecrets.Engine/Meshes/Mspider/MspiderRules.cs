using MeshSecrets.Certificates.Keys;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Mspider;

/// <summary>What a TLS key of mspider must be, so that the console lists it and the gateways that use it serve.</summary>
internal static class MspiderRules
{
    private const string Guide = "mspider, guide \"TLS key management\"";
    private const string Kubernetes = "Kubernetes, type kubernetes.io/tls (its API server checks that both keys are there, not what they hold)";
    private const string Istio = "Istio, pilot/pkg/credentials/kube/secrets.go";
    private const string GatewayFails = "The API server takes it all the same; the gateway's proxy refuses the credential and serves nothing, or what it served before.";

    internal static RuleSet Set { get; } = new("Mspider", "a TLS key of mspider", [.. Values, .. Marks])
    {
        Fits = subject => subject.Secret?.Metadata.Labels.ContainsKey("mspider.io/managed") == true,
    };

    private static IEnumerable<MeshRule> Values =>
    [
        new(
            "MspiderCertificateIsRequest", RuleSeverity.Error, GatewayFails,
            "Have the request signed: New-MeshCertificate with its file and an authority, then put the certificate in its place (Set-MeshTlsKey).",
            $"{Guide} (its example has a request in tls.crt); RFC 2986",
            subject => Faults(subject, "CertificateExpectedRequestFound")),
        new(
            "MspiderArmourMissing", RuleSeverity.Error, GatewayFails,
            "Repair it with Repair-MeshSecret, which puts the BEGIN and END lines around what is proven to be a certificate or key.",
            $"{Guide} (its example has base64 without armour in its values); RFC 7468 section 2",
            subject => Faults(subject, "PemArmourMissing")),
        new(
            "MspiderBase64Damaged", RuleSeverity.Error, GatewayFails,
            "Repair it with Repair-MeshSecret, which takes out a stray character only where the key proves the rest.",
            $"{Guide} (its four blobs have a character too many); RFC 4648 section 4",
            subject => Faults(subject, "ManifestValueNotBase64", "PemStrayCharacter", "PemPaddingWrong", "PemPaddingMisplaced", "PemTruncated")),
        new(
            "MspiderDataKeyMissing", RuleSeverity.Error,
            "The API server refuses a Secret of this type without both.",
            "Put the chain into tls.crt and its key into tls.key: New-MeshTlsKey -CertificatePath … -KeyPath ….",
            Kubernetes,
            subject => MissingKeys(subject)),
        new(
            "MspiderTypeWrong", RuleSeverity.Error,
            "The console offers only Secrets of the type kubernetes.io/tls to gateways and destination rules.",
            "Make it anew as a TLS key (New-MeshTlsKey): the type of a secret never changes.",
            Guide,
            subject => subject.Secret is { Metadata: { Type: not SecretType.Tls } metadata } ? $"The type is {metadata.Type}" : null),
        new(
            "MspiderKeyMismatch", RuleSeverity.Error, GatewayFails,
            "Put the key and the certificate together that were made together; PublicKeyThumbprint of Get-MeshCertificate tells.",
            "Envoy (KEY_VALUES_MISMATCH)",
            subject => subject is { Key: { } key, Certificate: { } certificate } && !PublicKeyInfo.SameKey(key.SubjectPublicKeyInfo.Span, certificate.SubjectPublicKeyInfo.Span)
                ? $"tls.key ({key.AlgorithmName}) is not the key of {certificate}" : null),
        new(
            "MspiderSanMissing", RuleSeverity.Error,
            "Clients look for the host among the subject alternative names only, and refuse the certificate whatever its common name says.",
            "Issue it anew with -DnsName: New-MeshTlsKey, or New-MeshCertificateRequest and New-MeshCertificate.",
            $"{Guide} (its request has no such names); RFC 9525 section 2",
            subject => subject.Certificate is { Names: { DnsNames.IsEmpty: true, IpAddresses.IsEmpty: true, Uris.IsEmpty: true } } certificate ? $"{certificate} has no names for a host" : null),
        new(
            "MspiderTrustBundleMissing", RuleSeverity.Advice,
            "It serves for the mode Simple; in Bidirectional a gateway must verify its clients, and looks for ca.crt here or for a secret of this name with -cacert.",
            "Add ca.crt if it is meant for Bidirectional: Set-MeshTlsKey -CaPath.",
            Istio,
            subject => IsTlsKey(subject) && !subject.Secret!.GetData().Keys.Contains(DataKey.TrustBundle) ? "There is no ca.crt" : null),
    ];

    private static IEnumerable<MeshRule> Marks =>
    [
        new(
            "MspiderManagedLabelMissing", RuleSeverity.Warning,
            "The console does not list it among its TLS keys.",
            "Add the label: Set-MeshTlsKey -Label @{ 'mspider.io/managed' = 'true' }, or export it with -Format Mspider.",
            Guide,
            subject => subject.Secret is { } secret && secret.Metadata.Labels.GetValueOrDefault(MspiderMark.ManagedLabel) != "true"
                ? $"The label {MspiderMark.ManagedLabel} is {(secret.Metadata.Labels.TryGetValue(MspiderMark.ManagedLabel, out string? value) ? $"'{value}', not 'true'" : "not there")}" : null),
        new(
            "MspiderIndexInvalid", RuleSeverity.Warning,
            "The console's index cannot read the entry, and may not show the key.",
            "Remove the annotation; the server writes it anew.",
            Guide,
            subject => IndexText(subject) is { } text && MspiderIndex.TryParse(text) is null ? $"The annotation {MspiderMark.IndexAnnotation} is no JSON object" : null),
        new(
            "MspiderIndexDiffers", RuleSeverity.Warning,
            "The console lists and searches by the index, and shows what is not so.",
            "Export it with -Format Mspider, which writes the entry as the metadata has it, or remove the annotation.",
            Guide,
            subject => Index(subject) is { } index ? index.FindDifferent(subject.Secret!.Metadata).Select(name => $"The entry of the index has another '{name}' than the metadata") : []),
        new(
            "MspiderClusterDiffers", RuleSeverity.Warning,
            "Index and annotation send the console to different clusters.",
            "Correct the one that is wrong, or remove both annotations; the server writes them anew.",
            Guide,
            subject => Index(subject)?.Cluster is { } cluster && Cluster(subject) is { } other && cluster != other
                ? $"The index names the cluster '{cluster}', the annotation '{other}'" : null),
        new(
            "MspiderAnnotationMisspelt", RuleSeverity.Advice,
            "The server writes it so itself, and it is kept as it is; a tool that looks for the right spelling does not find it.",
            $"Leave it as it is; in tools of your own look for both {MspiderMark.MisspeltDomain} and {MspiderMark.Domain}.",
            $"{Guide} (its example has both spellings)",
            subject => subject.Secret?.Metadata.Annotations.Keys.Where(name => name.StartsWith(MspiderMark.MisspeltDomain, StringComparison.Ordinal)).Select(name => $"The annotation {name} is misspelt") ?? []),
    ];

    private static bool IsTlsKey(RuleSubject subject) => subject.Secret?.Metadata.Type == SecretType.Tls;

    private static string? IndexText(RuleSubject subject) => subject.Secret?.Metadata.Annotations.GetValueOrDefault(MspiderMark.IndexAnnotation);

    private static MspiderIndex? Index(RuleSubject subject) => IndexText(subject) is { } text ? MspiderIndex.TryParse(text) : null;

    private static string? Cluster(RuleSubject subject) =>
        subject.Secret!.Metadata.Annotations.GetValueOrDefault(MspiderMark.ClusterAnnotation)
        ?? subject.Secret.Metadata.Annotations.GetValueOrDefault(MspiderMark.Domain + "cluster");

    /// <summary>What is there and cannot be read is a fault of its own.</summary>
    private static IEnumerable<string> MissingKeys(RuleSubject subject) =>
        from key in IsTlsKey(subject) ? new[] { DataKey.Certificate, DataKey.PrivateKey } : []
        where !subject.Secret!.GetData().Keys.Contains(key) && !subject.Faults.Any(fault => fault.Message.Contains(key, StringComparison.Ordinal))
        select $"There is no {key}";

    private static IEnumerable<string> Faults(RuleSubject subject, params string[] ids) =>
        subject.Faults.Where(fault => ids.Contains(fault.ErrorId)).Select(fault => fault.Message);
}
