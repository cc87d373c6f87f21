namespace MeshSecrets.Meshes.Mspider;

/// <summary>The label and annotations by which mspider and its index know a TLS key.</summary>
internal static class MspiderMark
{
    /// <summary>The label of what the console manages; <c>true</c>.</summary>
    internal const string ManagedLabel = "mspider.io/managed";

    /// <summary>The annotation with the entry of the index, in JSON.</summary>
    internal const string IndexAnnotation = "ckube.daocloud.io/indexes";

    /// <summary>The annotation with the cluster's name, in the spelling that the server writes: <c>doacloud</c>.</summary>
    internal const string ClusterAnnotation = "ckube.doacloud.io/cluster";

    /// <summary>How the domain of the server's annotations is spelt, and how it is misspelt.</summary>
    internal const string Domain = "ckube.daocloud.io/";

    /// <inheritdoc cref="Domain"/>
    internal const string MisspeltDomain = "ckube.doacloud.io/";
}
