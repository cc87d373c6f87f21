using System.Collections.Immutable;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Gloo;
using MeshSecrets.Meshes.Istio;
using MeshSecrets.Meshes.KongMesh;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Kuma;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Mspider;
using MeshSecrets.Meshes.Osm;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Meshes.Standards;
using MeshSecrets.Meshes.TrustManager;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes;

/// <summary>All dialects, and what they have by its name. Names are compared without regard to case.</summary>
public static class MeshDialects
{
    /// <summary>The dialects. The order is that in which forms are tried: the general ones come last.</summary>
    public static ImmutableArray<IMeshDialect> All { get; } =
    [
        new MspiderDialect(),
        new KumaDialect(),
        new KongMeshDialect(),
        new IstioDialect(),
        new GlooDialect(),
        new StandardsDialect(),
        new OsmDialect(),
        new TrustManagerDialect(),
        new KubernetesDialect(),
    ];

    /// <summary>The forms of secrets.</summary>
    public static IEnumerable<SecretForm> SecretForms => All.SelectMany(dialect => dialect.SecretForms);

    /// <summary>The forms of authorities and trust bundles.</summary>
    public static IEnumerable<AuthorityFormat> AuthorityFormats => All.SelectMany(dialect => dialect.AuthorityFormats);

    /// <summary>The rule sets.</summary>
    public static IEnumerable<RuleSet> RuleSets => All.SelectMany(dialect => dialect.RuleSets);

    /// <summary>The resources that refer to secrets.</summary>
    public static IEnumerable<ResourceKind> ResourceKinds => All.SelectMany(dialect => dialect.ResourceKinds);

    /// <summary>The form of a secret by its name.</summary>
    /// <param name="name">For example <c>KumaUniversal</c>.</param>
    /// <returns>The form.</returns>
    /// <exception cref="MeshException"><c>FormatUnknown</c>.</exception>
    public static SecretForm FindSecretForm(string name) => Find(SecretForms, form => form.Name, name);

    /// <summary>The form of an authority by its name.</summary>
    /// <param name="name">For example <c>IstioCacerts</c>.</param>
    /// <returns>The form.</returns>
    /// <exception cref="MeshException"><c>FormatUnknown</c>.</exception>
    public static AuthorityFormat FindAuthorityFormat(string name) => Find(AuthorityFormats, format => format.Name, name);

    /// <summary>A rule set by its name.</summary>
    /// <param name="name">For example <c>Kuma04</c>.</param>
    /// <returns>The rule set.</returns>
    /// <exception cref="MeshException"><c>FormatUnknown</c>.</exception>
    public static RuleSet FindRuleSet(string name) => Find(RuleSets, set => set.Name, name);

    /// <summary>The form in which a secret is written when none is named: the first that claims it, Kubernetes' own at last.</summary>
    /// <param name="metadata">The secret's metadata.</param>
    /// <returns>The form.</returns>
    public static SecretForm UsualForm(SecretMetadata metadata) => SecretForms.First(form => form.IsUsualFor(metadata));

    /// <summary>The form in which a manifest holds a secret.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <returns>The form, or <see langword="null"/> if it is no secret.</returns>
    public static SecretForm? RecognizeSecret(Manifest manifest) => SecretForms.FirstOrDefault(form => form.Recognizes(manifest));

    /// <summary>The kind of a resource that refers to secrets.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <returns>The kind, or <see langword="null"/> if no dialect knows it.</returns>
    public static ResourceKind? RecognizeResource(Manifest manifest) => ResourceKinds.FirstOrDefault(kind => kind.Matches(manifest));

    private static T Find<T>(IEnumerable<T> all, Func<T, string> nameOf, string name)
        where T : class =>
        all.FirstOrDefault(item => nameOf(item).Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw FormatErrors.Unknown(name, all.Select(nameOf));
}
