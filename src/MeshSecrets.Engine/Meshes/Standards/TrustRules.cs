using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>Rules about what is trusted.</summary>
internal static class TrustRules
{
    internal static MeshRule AllExpired { get; } = new(
        "X509TrustExpired",
        RuleSeverity.Error,
        "Nothing is left that is trusted: every chain is refused.",
        "Put the present root into the bundle: Export-MeshCaBundle writes it, without expired ones.",
        "RFC 5280 section 6.1.1 (d)",
        subject => !subject.Roots.IsEmpty && subject.Roots.All(root => root.NotAfter < subject.Context.Now) ? $"All {subject.Roots.Length} trusted certificates have expired, the last at {subject.Roots.Max(root => root.NotAfter):u}" : null);

    internal static MeshRule SomeExpired { get; } = new(
        "X509TrustPartlyExpired",
        RuleSeverity.Warning,
        "What the expired root issued is refused; proxies that check a bundle as a whole (Envoy) may refuse all of it.",
        "Drop it from the bundle: Export-MeshCaBundle leaves expired ones out.",
        "RFC 5280 section 6.1.1 (d); https://github.com/cert-manager/trust-manager/issues/272",
        subject => subject.Roots.Any(root => root.NotAfter >= subject.Context.Now)
            ? Named(subject.Roots, root => root.NotAfter < subject.Context.Now ? $"is trusted, but expired at {root.NotAfter:u}" : null)
            : []);

    internal static MeshRule NearExpiry { get; } = new(
        "X509TrustNearExpiry",
        RuleSeverity.Warning,
        "When a root ends all that it issued is refused at once, and no mesh renews a root that was given to it from outside.",
        "Make the next root now (New-MeshCa), trust both for a while (Export-MeshCaBundle), issue from the new one, then drop the old one.",
        "RFC 5280 section 6.1.1 (d)",
        subject => Named(subject.Roots, root => root.NotAfter >= subject.Context.Now && root.NotAfter - subject.Context.Now < (subject.Context.Within ?? s_usualWarning) ? $"is trusted, and ends at {root.NotAfter:u}" : null));

    internal static MeshRule NoAuthority { get; } = new(
        "X509TrustNoAuthority",
        RuleSeverity.Warning,
        "A trusted certificate that is no authority verifies nothing but itself: all that was to be verified by it is refused.",
        "Put the root of the chain there in place of the leaf; Get-MeshCertificate shows IsCa.",
        "RFC 5280 section 6.1.4 (k)",
        subject => Named(subject.Roots, root => root.IsCa || root.Version < 3 ? null : "is trusted, but is no authority"));

    internal static MeshRule Duplicate { get; } = new(
        "X509TrustDuplicate",
        RuleSeverity.Advice,
        "Works; the bundle is larger than it need be, and Istio compares bundles byte for byte.",
        "Write the bundle anew with Export-MeshCaBundle, which has each certificate once.",
        "https://github.com/cert-manager/trust-manager/issues/155",
        subject => subject.Roots.GroupBy(root => root.Thumbprint).FirstOrDefault(same => same.Skip(1).Any()) is { } twice ? $"{twice.First()} is trusted {twice.Count()} times over" : null);

    internal static MeshRule Namesakes { get; } = new(
        "X509TrustNamesakes",
        RuleSeverity.Warning,
        "Software that looks a root up by its name alone (.NET, some Java) takes the first one and refuses what the other one issued.",
        "Make roots with a subjectKeyIdentifier (New-MeshCa does), or give each root a name of its own.",
        "RFC 5280 section 4.2.1.2; RFC 4158 section 3.5.12",
        subject => subject.Roots.DistinctBy(root => root.Thumbprint).GroupBy(root => root.Subject).FirstOrDefault(same => same.Skip(1).Any() && same.Any(root => root.SubjectKeyIdentifier.IsEmpty)) is { } group
            ? $"{group.Count()} trusted roots are named '{group.Key}', and not all have a subjectKeyIdentifier" : null);

    private static readonly TimeSpan s_usualWarning = TimeSpan.FromDays(90);
}
