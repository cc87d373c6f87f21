using System.Buffers;

namespace MeshSecrets.Secrets;

/// <summary>
/// The naming rules that Kubernetes and Kuma share (RFC 1123 subdomains and labels; Kuma's <c>meta_validator.go</c>).
/// </summary>
internal static class ResourceName
{
    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;

    private static readonly SearchValues<char> s_label = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> s_meshLabel = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    internal static string Secret(string name) =>
        IsSubdomain(name, s_label)
            ? name
            : throw SecretErrors.NameInvalid(name);

    internal static bool IsMesh(string mesh) => IsSubdomain(mesh, s_meshLabel);

    internal static string Mesh(string mesh) =>
        IsMesh(mesh)
            ? mesh
            : throw SecretErrors.MeshInvalid(mesh);

    internal static string Namespace(string ns) =>
        ns.Length <= MaxLabelLength && IsLabel(ns, s_label)
            ? ns
            : throw SecretErrors.NamespaceInvalid(ns);

    private static bool IsSubdomain(ReadOnlySpan<char> text, SearchValues<char> allowed)
    {
        if (text.Length is 0 or > MaxNameLength)
        {
            return false;
        }

        foreach (Range part in text.Split('.'))
        {
            if (!IsLabel(text[part], allowed))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> label, SearchValues<char> allowed) =>
        label.Length > 0
        && label[0] is not ('-' or '_')
        && label[^1] is not ('-' or '_')
        && !label.ContainsAnyExcept(allowed);
}
