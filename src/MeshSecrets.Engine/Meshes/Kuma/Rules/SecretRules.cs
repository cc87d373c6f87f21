using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using static MeshSecrets.Meshes.Kuma.Rules.KumaSubject;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>Secrets of Kuma: where they stand, what they are called, what they hold.</summary>
internal static class SecretRules
{
    private const string Webhook = "kumahq/kuma v2.14.3, pkg/plugins/runtime/k8s/webhooks/secret_validator.go";
    private const string Store = "kumahq/kuma v2.14.3, pkg/plugins/secrets/k8s/store.go";

    internal static MeshRule GlobalWithMesh { get; } = new(
        "KumaGlobalSecretMesh",
        RuleSeverity.Error,
        "The control plane refuses it: 'mesh cannot be set on global secret'.",
        "Remove the mesh, or make it a secret of that mesh (type system.kuma.io/secret).",
        Webhook,
        subject => subject.Secret is { Metadata.Type: KumaSecret.GlobalType } secret && (secret.Id.Mesh ?? secret.Metadata.Labels.GetValueOrDefault(KumaSecret.MeshLabel)) is { } mesh
            ? $"the global secret names the mesh '{mesh}'"
            : null);

    internal static MeshRule Empty { get; } = new(
        "KumaSecretValue",
        RuleSeverity.Error,
        "The control plane refuses it: 'data.value: cannot be empty.'",
        "Give the secret its value under the data key 'value'.",
        Webhook,
        subject => Kumas(subject) is { } secret && (!secret.GetData().TryGetValue(DataKey.Value, out ReadOnlyMemory<byte> value) || value.IsEmpty) ? "the data key 'value' is missing or empty" : null);

    internal static MeshRule OtherKeys { get; } = new(
        "KumaSecretDataKeys",
        RuleSeverity.Warning,
        "Kuma reads 'value' only; the others are copied to no zone and lost outside Kubernetes.",
        "Move each value into a secret of its own.",
        Store,
        subject => Kumas(subject) is { } secret && secret.GetData().Keys.Where(key => key != DataKey.Value).ToArray() is { Length: > 0 } keys ? $"there are further data keys: {string.Join(", ", keys)}" : null);

    internal static MeshRule Namespace { get; } = InNamespace("KumaSecretNamespace", KumaSecret.Namespace);

    internal static MeshRule KongNamespace { get; } = InNamespace("KongMeshSecretNamespace", "kong-mesh-system");

    internal static MeshRule NameInTwoMeshes { get; } = new(
        "KumaSecretInTwoMeshes",
        RuleSeverity.Error,
        "On Kubernetes a secret is known by its name alone: whichever is applied second is refused, 'cannot change mesh of the Secret. Delete the Secret first and apply it again.'",
        "Rename one of them, for example with the mesh's name before it.",
        Webhook,
        subject => Kumas(subject) is { Id: { Namespace: not null } id } && OtherSecrets(subject, id.Name).FirstOrDefault(other => IsTwin(id, other.Id) && KumaSecret.IsKumas(other.Metadata.Type)) is { } twin
            ? twin.Id.Mesh is { } mesh ? $"the mesh '{mesh}' has a secret of the same name there" : "a global secret has the same name there"
            : null);

    internal static MeshRule NameInTwoUniversalMeshes { get; } = new(
        "KumaSecretInTwoUniversalMeshes",
        RuleSeverity.Advice,
        "Outside Kubernetes this works; on Kubernetes the two would be one.",
        "Rename one of them if the meshes may ever move to Kubernetes, or are synchronized to a zone there.",
        Webhook,
        subject => Kumas(subject) is { Id: { Namespace: null } id } && OtherSecrets(subject, id.Name).FirstOrDefault(other => IsTwin(id, other.Id) && id.Mesh is not null && other.Id.Mesh is not null) is { } twin
            ? $"the mesh '{twin.Id.Mesh}' has a secret of the same name"
            : null);

    internal static MeshRule OtherMesh { get; } = new(
        "KumaSecretOfOtherMesh",
        RuleSeverity.Error,
        "Resources of a mesh see secrets of that mesh only: 'Resource not found: type=\"Secret\"'. A secret that exists already does not move: 'cannot change mesh of the Secret. Delete the Secret first and apply it again.'",
        "Delete the secret and create it in the right mesh (Remove-MeshSecret, then New-MeshSecret -Mesh).",
        Webhook,
        subject => Kumas(subject)?.Id.Mesh is { } mesh && subject.Context.Mesh is { } wanted && mesh != wanted ? $"it is of the mesh '{mesh}', not of '{wanted}'" : null);

    internal static MeshRule Type { get; } = new(
        "KumaSecretType",
        RuleSeverity.Error,
        "Kuma sees no secrets of other types on Kubernetes: 'Resource not found: type=\"Secret\"'.",
        "Write it with Export-MeshSecret -Format KumaKubernetes, which gives it the type system.kuma.io/secret; a secret's type cannot be changed in place.",
        Store,
        subject => subject.Secret is { Id.Namespace: not null } secret && secret.Metadata.Type != KumaSecret.MeshType && Uses(subject).FirstOrDefault() is { } use
            ? $"{use.User} refers to it in {use.Field}, but its type is {secret.Metadata.Type}"
            : null);

    private static MeshRule InNamespace(string id, string system) => new(
        id,
        RuleSeverity.Warning,
        "The control plane sees secrets in its own namespace only.",
        $"Move it to {system}, or to the namespace in which the control plane runs.",
        "kumahq/kuma-website, app/_src/production/secure-deployment/secrets.md",
        subject => Kumas(subject)?.Id.Namespace is { } ns && ns != system ? $"it is in the namespace '{ns}'" : null);

    private static Secret? Kumas(RuleSubject subject) => KumaSecret.IsKumas(subject.Secret?.Metadata.Type) ? subject.Secret : null;

    /// <summary>One name and place, two meshes; of a global secret, none.</summary>
    private static bool IsTwin(SecretId one, SecretId other) => one.Name == other.Name && one.Namespace == other.Namespace && one.Mesh != other.Mesh;
}
