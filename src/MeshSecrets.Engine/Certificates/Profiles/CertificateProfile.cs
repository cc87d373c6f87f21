using System.Collections.Immutable;

namespace MeshSecrets.Certificates.Profiles;

/// <summary>What a kind of certificate is for: its usages and its usual life.</summary>
/// <remarks>The kinds for meshes follow Open Service Mesh's list of certificate types.</remarks>
public sealed record CertificateProfile
{
    private static readonly TimeSpan s_decade = TimeSpan.FromHours(87_600);
    private static readonly ImmutableArray<string> s_both = [Oids.ServerAuth, Oids.ClientAuth];

    private CertificateProfile(string name) => Name = name;

    /// <summary>A TLS server. 90 days.</summary>
    public static CertificateProfile Server { get; } = new("Server")
    {
        KeyUsages = KeyUsages.DigitalSignature,
        ExtendedKeyUsages = [Oids.ServerAuth],
        UsualLife = TimeSpan.FromDays(90),
    };

    /// <summary>A TLS client. 90 days.</summary>
    public static CertificateProfile Client { get; } = new("Client")
    {
        KeyUsages = KeyUsages.DigitalSignature,
        ExtendedKeyUsages = [Oids.ClientAuth],
        UsualLife = TimeSpan.FromDays(90),
    };

    /// <summary>A workload of a mesh, server and client at once, known by its SPIFFE ID. 24 hours.</summary>
    public static CertificateProfile Workload { get; } = new("Workload")
    {
        KeyUsages = KeyUsages.DigitalSignature,
        ExtendedKeyUsages = s_both,
        UsualLife = TimeSpan.FromHours(24),
    };

    /// <summary>East-west traffic between proxies, identifying a service account as <c>service-account.namespace.cluster.local</c>. 24 hours.</summary>
    public static CertificateProfile Service { get; } = new("Service")
    {
        KeyUsages = KeyUsages.DigitalSignature,
        ExtendedKeyUsages = s_both,
        UsualLife = TimeSpan.FromHours(24),
    };

    /// <summary>A proxy's connection to its control plane, named <c>proxy-uuid.service-account.namespace</c>. Ten years (87600 h).</summary>
    public static CertificateProfile XdsBootstrap { get; } = new("XdsBootstrap")
    {
        KeyUsages = KeyUsages.DigitalSignature,
        ExtendedKeyUsages = s_both,
        UsualLife = s_decade,
    };

    /// <summary>The handler of a mutating webhook, named <c>osm-controller.osm-system.svc</c> or its like. Ten years (87600 h).</summary>
    public static CertificateProfile MutatingWebhook { get; } = new("MutatingWebhook")
    {
        KeyUsages = KeyUsages.DigitalSignature,
        ExtendedKeyUsages = [Oids.ServerAuth],
        UsualLife = s_decade,
    };

    /// <summary>The handler of a validating webhook, named <c>osm-config-validator.osm-system.svc</c> or its like. Ten years (87600 h).</summary>
    public static CertificateProfile ValidatingWebhook { get; } = MutatingWebhook with { Name = "ValidatingWebhook" };

    /// <summary>A root authority, self-signed. Ten years.</summary>
    public static CertificateProfile RootCa { get; } = new("RootCa")
    {
        IsCa = true,
        KeyUsages = KeyUsages.KeyCertSign | KeyUsages.CrlSign,
        UsualLife = TimeSpan.FromDays(3650),
    };

    /// <summary>An authority below another one. Five years.</summary>
    public static CertificateProfile IntermediateCa { get; } = RootCa with { Name = "IntermediateCa", UsualLife = TimeSpan.FromDays(1825) };

    /// <summary>The profiles for leaves, by which <c>-Profile</c> is completed.</summary>
    public static ImmutableArray<CertificateProfile> Leaves { get; } =
        [Server, Client, Workload, Service, XdsBootstrap, MutatingWebhook, ValidatingWebhook];

    /// <summary>The name of a profile whose usages the caller states.</summary>
    public const string CustomName = "Custom";

    /// <summary>The profile's name.</summary>
    public string Name { get; private init; }

    /// <summary>Whether it is for an authority.</summary>
    public bool IsCa { get; private init; }

    /// <summary>The key usages with an EC key; see <see cref="KeyUsagesFor"/>.</summary>
    public KeyUsages KeyUsages { get; private init; }

    /// <summary>The extended key usages, as OIDs; empty for none.</summary>
    public ImmutableArray<string> ExtendedKeyUsages { get; private init; } = [];

    /// <summary>The life of a certificate for which none is asked.</summary>
    public TimeSpan UsualLife { get; private init; }

    /// <summary>A profile with usages of the caller's choice.</summary>
    /// <param name="keyUsages">The key usages, used as they are, whatever the key; neither keyCertSign nor cRLSign, which make an authority.</param>
    /// <param name="extendedKeyUsages">OIDs or the names in <see cref="ExtendedKeyUsageName"/>.</param>
    /// <returns>The profile, of 90 days.</returns>
    /// <exception cref="MeshException"><c>ProfileUsageInvalid</c>.</exception>
    public static CertificateProfile Custom(KeyUsages keyUsages, IEnumerable<string> extendedKeyUsages) =>
        (keyUsages & (KeyUsages.KeyCertSign | KeyUsages.CrlSign)) != 0
            ? throw CertificateErrors.ProfileUsageInvalid(keyUsages)
            : new CertificateProfile(CustomName)
            {
                KeyUsages = keyUsages,
                ExtendedKeyUsages = [.. extendedKeyUsages.Select(ExtendedKeyUsageName.ToOid).Distinct()],
                UsualLife = TimeSpan.FromDays(90),
            };

    /// <summary>The leaf profile of a name.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="MeshException"><c>ProfileUnknown</c>.</exception>
    public static CertificateProfile OfName(string name) =>
        Leaves.FirstOrDefault(profile => profile.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw CertificateErrors.ProfileUnknown(name);

    /// <summary>
    /// The key usages for a key: those of the profile, and keyEncipherment for RSA keys, which TLS 1.2's RSA key exchange
    /// needs; with an EC key it would be a lie (RFC 5480 §3).
    /// </summary>
    /// <param name="rsaKey">Whether the certified key is an RSA key.</param>
    /// <returns>The key usages.</returns>
    public KeyUsages KeyUsagesFor(bool rsaKey) =>
        rsaKey && !IsCa && Name != CustomName ? KeyUsages | KeyUsages.KeyEncipherment : KeyUsages;
}
