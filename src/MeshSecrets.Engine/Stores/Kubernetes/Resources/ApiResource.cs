using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Resources;

/// <summary>A kind as a server offers it.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Version">The version of its group.</param>
/// <param name="Plural">Its name in addresses and permissions.</param>
/// <param name="IsNamespaced">Whether its objects stand in namespaces.</param>
internal sealed record ApiResource(ResourceType Type, string Version, string Plural, bool IsNamespaced)
{
    /// <summary>Group and version, as objects name them.</summary>
    internal string ApiVersion => Type.Group.Length == 0 ? Version : $"{Type.Group}/{Version}";

    /// <summary>The address of all objects of a namespace, or of one.</summary>
    internal string PathOf(string? @namespace, string? name = null) =>
        $"{ApiCatalog.PathOf(Type.Group, Version)}{(@namespace is null ? "" : $"/namespaces/{Uri.EscapeDataString(@namespace)}")}/{Plural}{(name is null ? "" : $"/{Uri.EscapeDataString(name)}")}";

    /// <summary>What a request is about.</summary>
    internal ApiTarget TargetOf(string verb, string? @namespace, string? name = null) => new(verb, Type.Group, Plural, @namespace, name);
}
