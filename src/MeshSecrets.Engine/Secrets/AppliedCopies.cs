namespace MeshSecrets.Secrets;

/// <summary>
/// Annotations in which tools keep the whole object as they last applied it: of a secret, its values in clear or compressed.
/// They are never shown or kept.
/// </summary>
internal static class AppliedCopies
{
    private static readonly HashSet<string> s_annotations = new(StringComparer.Ordinal)
    {
        "kubectl.kubernetes.io/last-applied-configuration", // https://kubernetes.io/docs/reference/labels-annotations-taints/
        "kapp.k14s.io/original", // https://carvel.dev/kapp/docs/latest/diff/
        "kapp.k14s.io/original-diff",
        "kapp.k14s.io/original-diff-full",
        "objectset.rio.cattle.io/applied", // https://github.com/rancher/wrangler, of which k3s, Rancher and Fleet are made
        "banzaicloud.com/last-applied", // https://github.com/cisco-open/k8s-objectmatcher
    };

    /// <summary>Whether an annotation is one of them.</summary>
    internal static bool IsOne(string annotation) => s_annotations.Contains(annotation);

    /// <summary>Takes them out of an object's annotations.</summary>
    internal static void Remove(IDictionary<string, string>? annotations)
    {
        foreach (string annotation in annotations is { Count: > 0 } ? s_annotations : [])
        {
            annotations!.Remove(annotation);
        }
    }
}
