using System.Buffers;
using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>Rules about secrets as objects: what the API server refuses, whatever the values are.</summary>
internal static class KubernetesObjectRules
{
    private const int MaxLabelValue = 63;
    private const int MaxAnnotations = 256 * 1024;

    private const string Alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static readonly SearchValues<char> s_ends = SearchValues.Create(Alphanumeric);
    private static readonly SearchValues<char> s_inner = SearchValues.Create(Alphanumeric + "-_.");

    internal static ImmutableArray<MeshRule> All { get; } =
    [
        new(
            "KubernetesSecretTooLarge",
            RuleSeverity.Error,
            "The API server refuses the secret: data: Too long: may not be more than 1048576 bytes.",
            "Split it into several secrets; large trust bundles belong into a ConfigMap for each mesh.",
            "Kubernetes pkg/apis/core/validation/validation.go (MaxSecretSize)",
            subject => Size(subject) is > SecretData.MaxSize and long size ? $"The values have {size} bytes" : null),
        new(
            "KubernetesSecretNameInvalid",
            RuleSeverity.Error,
            "The API server refuses the secret: metadata.name: Invalid value: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'.",
            "Choose a name of at most 253 lowercase letters, digits, '-' and '.', each part beginning and ending with a letter or digit.",
            "Kubernetes pkg/apis/core/validation/validation.go (ValidateSecretName); RFC 1123 section 2.1",
            subject => Manifested(subject) is { } secret && Refusal(() => new SecretId(secret.Name, mesh: null, secret.Namespace)) is { } refusal ? refusal : null),
        new(
            "KubernetesDataKeyInvalid",
            RuleSeverity.Error,
            "The API server refuses the secret: a valid config key must consist of alphanumeric characters, '-', '_' or '.'.",
            "Rename the data key; in place of a path use the file's name alone.",
            "Kubernetes staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go (IsConfigMapKey)",
            subject => DataKeys(subject).Select(key => Refusal(() => SecretData.EnsureKey(key))).OfType<string>()),
        new(
            "KubernetesLabelInvalid",
            RuleSeverity.Error,
            "The API server refuses the secret: metadata.labels: Invalid value: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'.",
            "Shorten the value to 63 letters, digits, '-', '_' and '.', or make it an annotation.",
            "Kubernetes staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go (IsValidLabelValue)",
            subject => Labels(subject).Where(label => !IsLabelValue(label.Value)).Select(label => $"The value of the label '{label.Key}' is none that a label may have")),
        new(
            "KubernetesAnnotationsTooLarge",
            RuleSeverity.Error,
            "The API server refuses the secret: metadata.annotations: Too long: may not be more than 262144 bytes.",
            "Move what is large from the annotations into a value of the secret or a ConfigMap.",
            "Kubernetes staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go (TotalAnnotationSizeLimitB)",
            subject => Annotations(subject).Sum(annotation => (long)annotation.Key.Length + annotation.Value.Length) is > MaxAnnotations and long size ? $"The annotations have {size} characters" : null),
        new(
            "KubernetesTlsTypeMissing",
            RuleSeverity.Advice,
            "Ingress controllers and gateways that look for the type do not see it, and the API server does not check that both parts are there.",
            "Make it a secret of type kubernetes.io/tls; the type cannot be changed, so delete it and create it anew.",
            "Kubernetes documentation, types of Secret",
            subject => subject.Secret is { Metadata.Type: SecretType.Opaque } secret && secret.GetData().Keys.Contains(DataKey.Certificate) && secret.GetData().Keys.Contains(DataKey.PrivateKey)
                ? "The secret is of type Opaque, and has tls.crt and tls.key" : null),
    ];

    private static Manifest? Manifested(RuleSubject subject) => subject.Resource is { Kind: "Secret", IsUniversal: false } secret ? secret : null;

    private static long? Size(RuleSubject subject) => subject.Secret is { } secret
        ? secret.GetData().Keys.Sum(key => (long)secret.GetData().GetValue(key).Length)
        : Manifested(subject)?.Root.Find("data")?.Fields.Sum(field => (field.Value.Text?.Length ?? 0) / 4L * 3);

    private static IEnumerable<string> DataKeys(RuleSubject subject) => Manifested(subject) is { } secret
        ? new[] { "data", "stringData" }.SelectMany(section => secret.Root.Find(section)?.Fields ?? []).Select(field => field.Key)
        : [];

    private static ImmutableSortedDictionary<string, string> Labels(RuleSubject subject) =>
        subject.Secret?.Metadata.Labels ?? Manifested(subject)?.Labels ?? ImmutableSortedDictionary<string, string>.Empty;

    private static ImmutableSortedDictionary<string, string> Annotations(RuleSubject subject) =>
        subject.Secret?.Metadata.Annotations ?? Manifested(subject)?.Annotations ?? ImmutableSortedDictionary<string, string>.Empty;

    private static bool IsLabelValue(string value) =>
        value.Length == 0
        || (value.Length <= MaxLabelValue && s_ends.Contains(value[0]) && s_ends.Contains(value[^1]) && !value.AsSpan().ContainsAnyExcept(s_inner));

    private static string? Refusal(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (MeshException refused)
        {
            return refused.Message;
        }
    }
}
