namespace MeshSecrets.Stores.Kubernetes.Resources;

/// <summary>The API groups that a server has (<c>meta.k8s.io/v1 APIGroupList</c>).</summary>
internal sealed class ApiGroupList
{
    public List<ApiGroup> Groups { get; set; } = [];
}

/// <summary>A group with its versions.</summary>
internal sealed class ApiGroup
{
    public string Name { get; set; } = "";

    public List<ApiGroupVersion> Versions { get; set; } = [];

    public ApiGroupVersion? PreferredVersion { get; set; }
}

/// <summary>A version of a group.</summary>
internal sealed class ApiGroupVersion
{
    public string Version { get; set; } = "";
}

/// <summary>The resources of one version of a group (<c>meta.k8s.io/v1 APIResourceList</c>).</summary>
internal sealed class ApiResourceList
{
    public List<ApiResourceObject> Resources { get; set; } = [];
}

/// <summary>A resource, or a part of one (<c>meshes/status</c>).</summary>
internal sealed class ApiResourceObject
{
    public string Name { get; set; } = "";

    public string Kind { get; set; } = "";

    public bool Namespaced { get; set; }
}
