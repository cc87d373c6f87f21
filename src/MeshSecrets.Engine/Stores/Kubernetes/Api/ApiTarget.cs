namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>What a request is about, in the words in which permissions are given.</summary>
/// <param name="Verb"><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>.</param>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">The resource in the plural, as <c>secrets</c>, or the path of what is none.</param>
/// <param name="Namespace">The namespace, or <see langword="null"/> for all or none.</param>
/// <param name="Name">The object's name, or <see langword="null"/>.</param>
internal sealed record ApiTarget(string Verb, string Group, string Resource, string? Namespace, string? Name)
{
    /// <summary>Resource and name as messages have them.</summary>
    /// <returns>For example <c>secrets/web in namespace shop</c>.</returns>
    public override string ToString() =>
        $"{Resource}{(Group.Length > 0 ? $".{Group}" : "")}{(Name is null ? "" : $"/{Name}")}{(Namespace is null ? "" : $" in namespace {Namespace}")}";
}
