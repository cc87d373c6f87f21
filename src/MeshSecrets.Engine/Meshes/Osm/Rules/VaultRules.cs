using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Osm.Rules.OsmSubject;

namespace MeshSecrets.Meshes.Osm.Rules;

/// <summary>Rules about lives: what OSM asks of an issuer elsewhere, and what it gets.</summary>
internal static class VaultRules
{
    internal static MeshRule Clamped { get; } = new(
        "OsmVaultLifeClamped",
        RuleSeverity.Warning,
        "OSM asked for ten years and remembers ten years, but Vault shortens to the role's max_ttl and only warns: it is not renewed in time, and the webhook or proxy stops when it ends.",
        "Raise max_ttl of the role and of the mount to 87600h (vault secrets tune -max-lease-ttl=87600h pki; max_ttl=87600h in the role), then have it issued anew.",
        "openservicemesh/osm pkg/certificate/providers/vault/certificate_manager.go (time.Now().Add); hashicorp/vault builtin/logical/pki (TTL above max_ttl is clamped)",
        Leaf((leaf, subject) => KindOf(leaf, subject) is { } kind && kind.Life == OsmCertificateKind.Decade && LifeOf(leaf) < OsmCertificateKind.Decade - TimeSpan.FromDays(2)
            ? $"is of the kind '{kind.Name}', which OSM asks for 87600h, and lives {Duration.Format(LifeOf(leaf))}"
            : null));

    internal static MeshRule WholeHours { get; } = new(
        "OsmServiceDurationHours",
        RuleSeverity.Warning,
        "With Vault OSM sends whole hours only: what is less than an hour is sent as 0h, for which Vault gives the role's default, and 1h30m as 1h.",
        "Set serviceCertValidityDuration to whole hours, as 24h.",
        "openservicemesh/osm pkg/certificate/providers/vault/tools.go (getDurationInMinutes)",
        subject => DurationOf(subject) is { } text && GoDuration.TryParse(text) is { } life && life.Ticks % TimeSpan.TicksPerHour != 0 ? $"has a validity duration of {text}" : null);

    internal static MeshRule DurationForm { get; } = new(
        "OsmServiceDurationForm",
        RuleSeverity.Warning,
        "OSM cannot read it, logs an error, and takes 24h. Go's durations know h, m and s, and no days.",
        "Write hours, as 24h, 1.5h or 1h30m: New-MeshOsmConfiguration does so.",
        "openservicemesh/osm v0.6.0 pkg/configurator/methods.go (GetServiceCertValidityPeriod)",
        subject => DurationOf(subject) is { } text && GoDuration.TryParse(text) is null ? $"has a validity duration '{text}'" : null);

    /// <summary>Of MeshConfig, or of v0.6's ConfigMap osm-config.</summary>
    private static string? DurationOf(RuleSubject subject) => subject.Resource switch
    {
        { Kind: "MeshConfig", ApiGroup: MeshRootCertificate.Group } config => config.Spec.Find("certificate")?["serviceCertValidityDuration"],
        { Kind: "ConfigMap", Name: "osm-config" } config => config.Root.Find("data")?["service_cert_validity_duration"],
        _ => null,
    };
}
