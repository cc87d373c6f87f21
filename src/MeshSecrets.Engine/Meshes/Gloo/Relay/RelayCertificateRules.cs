using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>What the relay's certificates may be used for, and who issued them.</summary>
internal static class RelayCertificateRules
{
    private const string Scripts = "gloo-mesh-use-cases, cert-management/relay-certs-manual";

    internal static MeshRule DigitalSignature { get; } = new(
        "GlooRelayDigitalSignature",
        RuleSeverity.Error,
        "In TLS 1.3, and with every ECDHE suite, both sides sign the handshake; peers refuse a key that may not.",
        "Issue it anew with New-MeshRelaySecret -Force.",
        Scripts + " (keyUsage); RFC 5280, section 4.2.1.3",
        subject => RelayRole.Connects(subject) && subject.Certificate is { KeyUsages: { } usages } && (usages & KeyUsages.DigitalSignature) == 0
            ? $"its key usages are {usages}, without DigitalSignature"
            : null);

    internal static MeshRule KeyEncipherment { get; } = new(
        "GlooRelayKeyEncipherment",
        RuleSeverity.Advice,
        "Gloo Mesh's guides give RSA keys both usages; peers limited to the RSA key exchange of TLS 1.2 cannot connect.",
        "Issue it anew with New-MeshRelaySecret -Force, unless all peers speak ECDHE.",
        Scripts + " (keyUsage = digitalSignature, keyEncipherment)",
        subject => RelayRole.Connects(subject) && subject.Certificate is { KeyUsages: { } usages } certificate
            && certificate.KeyAlgorithm.StartsWith("Rsa", StringComparison.Ordinal) && (usages & KeyUsages.KeyEncipherment) == 0
                ? $"its key is an RSA key, and its key usages are {usages}, without KeyEncipherment"
                : null);

    internal static MeshRule ServerAuth { get; } = new(
        "GlooRelayServerAuth",
        RuleSeverity.Error,
        "Agents refuse the management plane's certificate: it is for another use.",
        "Issue it anew with New-MeshRelaySecret -Force, which gives both extended key usages.",
        Scripts + "/01-create-mgmt-root.sh (extendedKeyUsage = clientAuth, serverAuth)",
        subject => Lacks(subject, RelaySecretName.Server, Oids.ServerAuth));

    internal static MeshRule ClientAuth { get; } = new(
        "GlooRelayClientAuth",
        RuleSeverity.Error,
        "The management plane refuses the agent's certificate: it is for another use.",
        "Issue it anew with New-MeshRelaySecret <cluster> -AgentOnly -Force, which gives both extended key usages.",
        Scripts + "/02-create-remote-root.sh (extendedKeyUsage = clientAuth, serverAuth)",
        subject => Lacks(subject, RelaySecretName.Client, Oids.ClientAuth));

    internal static MeshRule LeafIsCa { get; } = new(
        "GlooRelayLeafIsCa",
        RuleSeverity.Warning,
        "Whoever has this key issues certificates for every cluster.",
        "Issue a leaf for it: New-MeshRelaySecret -Force. Keep the authority in relay-tls-signing-secret.",
        Scripts + " (basicConstraints = CA:FALSE)",
        subject => RelayRole.Connects(subject) && subject.Certificate is { IsCa: true } certificate ? $"{certificate} is an authority's certificate" : null);

    internal static MeshRule SigningIsCa { get; } = new(
        "GlooRelaySigningIsCa",
        RuleSeverity.Error,
        "What it issues to agents nobody accepts: every chain through it fails, though the management plane reports no fault.",
        "Make a real authority: New-MeshRelaySecret -Force, or New-MeshCa -Issuer <root> and Export-MeshCaBundle -Format GlooRelaySigning.",
        Scripts + "/01-create-mgmt-root.sh stores the server's leaf (CA:FALSE) as signing secret; RFC 5280, section 4.2.1.9",
        subject => RelayRole.Is(subject, RelaySecretName.Signing) && subject.Certificate is { } certificate
            && (!certificate.IsCa || (certificate.KeyUsages is { } usages && (usages & KeyUsages.KeyCertSign) == 0))
                ? $"{certificate} {(certificate.IsCa ? "lacks the key usage keyCertSign" : "is no authority (CA:FALSE)")}"
                : null);

    internal static MeshRule RootIsCa { get; } = new(
        "GlooRelayRootIsCa",
        RuleSeverity.Error,
        "Nothing verifies by it: agents do not trust the management plane.",
        "Put the root in its place, which Export-MeshCaBundle <root> -Format GlooRelayRoot writes.",
        "RFC 5280, section 4.2.1.9",
        subject => RelayRole.Is(subject, RelaySecretName.Root)
            ? subject.Roots.Concat(subject.Chain).DistinctBy(certificate => certificate.Thumbprint).Where(certificate => !certificate.IsCa).Select(certificate => $"{certificate} is no authority (CA:FALSE)")
            : []);

    internal static MeshRule ChainToRoot { get; } = new(
        "GlooRelayChainToRoot",
        RuleSeverity.Error,
        "The side that checks it finds no way to a root that it trusts, and breaks the connection off.",
        "Put the root that issued it into ca.crt, and the authorities between behind its certificate in tls.crt; New-MeshRelaySecret does so.",
        Scripts + " (ca.crt of each secret); RFC 5280, section 6.1",
        subject => RelayRole.Of(subject) is RelaySecretName.Client or RelaySecretName.Server or RelaySecretName.Signing
            && subject.Certificate is { } certificate && !subject.Roots.IsEmpty && Fault(subject.Chain, subject.Roots) is { } fault
                ? $"{certificate} does not verify by its own ca.crt: {fault}"
                : null);

    internal static MeshRule OtherSide { get; } = new(
        "GlooRelayOtherSide",
        RuleSeverity.Error,
        "The two sides trust different roots, and the connection fails in the handshake.",
        "Put both roots into ca.crt of both sides while one replaces the other (Export-MeshCaBundle -Format GlooRelayRoot), or issue both by one authority with New-MeshRelaySecret.",
        Scripts + "/03-update-mgmt-root.sh",
        subject => RelayRole.Of(subject) switch
        {
            RelaySecretName.Client or RelaySecretName.Root => FindUntrusted(subject, RelaySecretName.Server),
            RelaySecretName.Server => FindUntrusted(subject, RelaySecretName.Client),
            _ => null,
        });

    internal static MeshRule SerialUnique { get; } = new(
        "GlooRelaySerialUnique",
        RuleSeverity.Warning,
        "Revoking one of them revokes the other, and some clients refuse two certificates of one issuer and number.",
        "Issue them with random numbers, as New-MeshRelaySecret does; leave 'openssl x509 -set_serial 0' out.",
        Scripts + " (-set_serial 0 for all); RFC 5280, section 4.1.2.2",
        subject => SerialOf(subject) is { } serial && subject.Certificate is { } certificate
            && OtherSubjects.Names(subject.Context.Others.With(SerialOf, serial).Where(other => !other.Certificate!.Encoded.Span.SequenceEqual(certificate.Encoded.Span))) is { } others
                ? $"its issuer and its serial number {certificate.SerialNumber} are also those of {others}"
                : null);

    internal static MeshRule Renewal { get; } = new(
        "GlooRelayRenewal",
        RuleSeverity.Advice,
        "Gloo Mesh renews the agents' certificates that it issued, and no other; when this one ends, every agent is cut off at that moment.",
        "Renew it before: Invoke-MeshCertRotation for the server, New-MeshRelaySecret -Force for all; note the date.",
        "https://docs.solo.io/gloo-mesh-enterprise/latest/setup/prod/certs/relay/rotation/",
        subject => RelayRole.Of(subject) is RelaySecretName.Root or RelaySecretName.Signing or RelaySecretName.Server
            && (subject.Certificate ?? subject.Roots.FirstOrDefault()) is { } certificate
            && certificate.NotAfter - subject.Context.Now < (certificate.NotAfter - certificate.NotBefore) / 3
                ? $"{certificate} ends at {certificate.NotAfter:u}, within the last third of its life, and nothing renews it"
                : null);

    /// <summary>Those of a role that a subject's roots do not verify; subjects with the same roots share the answer.</summary>
    private static string? FindUntrusted(RuleSubject subject, string role) => subject.Roots.IsEmpty ? null : subject.Context.Others.Once(
        (nameof(FindUntrusted), role, string.Join(' ', subject.Roots.Select(root => root.Thumbprint))),
        () => OtherSubjects.Names(RelayRole.Others(subject, role).Where(other => !other.Chain.IsEmpty && Fault(other.Chain, subject.Roots) is not null)) is { } others
            ? $"its ca.crt does not verify {others}"
            : null);

    private static object? SerialOf(RuleSubject subject) =>
        RelayRole.Of(subject) is not null && subject.Certificate is { } certificate ? (certificate.Issuer, certificate.SerialNumber) : null;

    private static string? Lacks(RuleSubject subject, string role, string oid) =>
        RelayRole.Is(subject, role) && subject.Certificate is { ExtendedKeyUsages: { IsEmpty: false } usages }
            && !usages.Contains(oid) && !usages.Contains(Oids.AnyExtendedKeyUsage)
                ? $"its extended key usages are {string.Join(", ", usages.Select(ExtendedKeyUsageName.FromOid))}, without {ExtendedKeyUsageName.FromOid(oid)}"
                : null;

    /// <summary>Why a chain does not verify, at a moment when it was valid: an expired one is another matter.</summary>
    private static string? Fault(ImmutableArray<CertificateInfo> chain, ImmutableArray<CertificateInfo> roots)
    {
        DateTimeOffset time = chain.Concat(roots).Max(certificate => certificate.NotBefore);
        ChainResult result = ChainBuilder.Build(chain[0], chain[1..], roots, time < chain[0].NotAfter ? time : chain[0].NotAfter);
        return result.IsValid ? null : result.Failures[^1].Message;
    }
}
