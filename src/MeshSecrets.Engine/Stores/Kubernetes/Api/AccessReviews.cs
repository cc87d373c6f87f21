using System.Net;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>Questions for one's own rights (<c>authorization.k8s.io/v1 SelfSubjectAccessReview</c>), which tell whether the server knows who asks.</summary>
internal static class AccessReviews
{
    internal const string Path = $"/apis/{Group}/v1/{Plural}";

    private const string Group = "authorization.k8s.io";
    private const string Plural = "selfsubjectaccessreviews";

    internal static ApiTarget Target { get; } = new("create", Group, Plural, Namespace: null, Name: null);

    /// <summary>A question whose answer is of no account.</summary>
    internal static ReadOnlyMemory<byte> Body { get; } = """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"list","resource":"secrets"}}}"""u8.ToArray();

    /// <summary>Whether a refusal says that no credential came along.</summary>
    internal static bool IsOfNobody(ApiStatus failure) => failure.StatusCode == HttpStatusCode.Forbidden && failure.Message?.Contains("\"system:anonymous\"", StringComparison.Ordinal) == true;

    /// <summary>Whether a refusal comes of a known user, whom the cluster does not even let ask; a refused impersonation names another resource.</summary>
    internal static bool IsOfSomebody(ApiStatus failure) => failure.StatusCode == HttpStatusCode.Forbidden && failure.Details?.Kind == Plural;
}
