using System.Collections.Immutable;
using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets.Meshes.Osm;

/// <summary>A kind of certificate that OSM issues, as its guide lists them.</summary>
/// <param name="Name">The kind's name.</param>
/// <param name="UsedFor">What it is for.</param>
/// <param name="NameForm">The form of its common name, which is also its DNS name.</param>
/// <param name="Life">Its life, where nobody set another.</param>
/// <param name="Profile">The profile by which the product issues it.</param>
public sealed record OsmCertificateKind(string Name, string UsedFor, string NameForm, TimeSpan Life, CertificateProfile Profile)
{
    /// <summary>What OSM calls a decade where it does so rightly: <c>XDSCertificateValidityPeriod</c> and the root's life.</summary>
    internal static readonly TimeSpan Decade = TimeSpan.FromHours(87_600);

    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);

    /// <summary>A proxy towards the control plane.</summary>
    public static OsmCertificateKind XdsBootstrap { get; } = new("xDS bootstrap", "identifies a proxy to the control plane", "<proxy UUID>.<service account>.<namespace>", Decade, CertificateProfile.XdsBootstrap);

    /// <summary>Proxies among themselves.</summary>
    public static OsmCertificateKind Service { get; } = new("service", "identifies a service account between proxies", "<service account>.<namespace>.cluster.local", s_day, CertificateProfile.Service);

    /// <summary>The injector's webhook.</summary>
    public static OsmCertificateKind MutatingWebhook { get; } = new("mutating webhook", "the handler that injects sidecars; its CA stands in the MutatingWebhookConfiguration", "osm-controller.<OSM's namespace>.svc", Decade, CertificateProfile.MutatingWebhook);

    /// <summary>The validators' webhook.</summary>
    public static OsmCertificateKind ValidatingWebhook { get; } = new("validating webhook", "the handler that checks configuration; its CA stands in the ValidatingWebhookConfiguration", "osm-config-validator.<OSM's namespace>.svc", Decade, CertificateProfile.ValidatingWebhook);

    /// <summary>The control plane towards proxies.</summary>
    public static OsmCertificateKind XdsServer { get; } = new("xDS server", "identifies the control plane to proxies", "ads", Decade, CertificateProfile.Server);

    /// <summary>An ingress gateway towards services, since v0.10; name and life are set in MeshConfig.</summary>
    public static OsmCertificateKind IngressGateway { get; } = new("ingress gateway", "identifies an ingress gateway to services", "the first subject alternative name in MeshConfig", s_day, CertificateProfile.Client);

    /// <summary>All kinds.</summary>
    public static ImmutableArray<OsmCertificateKind> All { get; } = [XdsBootstrap, Service, MutatingWebhook, ValidatingWebhook, XdsServer, IngressGateway];

    /// <summary>The kind that a name is of.</summary>
    /// <param name="dnsName">The DNS name.</param>
    /// <param name="trustDomain">What the names of services end with.</param>
    /// <returns>The kind, or <see langword="null"/> if the name may be a gateway's or nobody's.</returns>
    public static OsmCertificateKind? OfName(string dnsName, string trustDomain)
    {
        string[] labels = dnsName.Split('.');
        return labels switch
        {
            ["ads", ..] => XdsServer,
            [_, _, ..] when Guid.TryParseExact(labels[0], "D", out _) => XdsBootstrap,
            [var handler, _, "svc"] when handler.Contains("validator", StringComparison.Ordinal) => ValidatingWebhook,
            ["osm-controller" or "osm-injector" or "osm-bootstrap", _, "svc"] => MutatingWebhook,
            [_, _, .. var rest] when string.Join('.', rest) == trustDomain => Service,
            _ => null,
        };
    }
}
