namespace MeshSecrets.Stores.Kubernetes.Resources;

/// <summary>One state of one object: the server refuses a change of any other.</summary>
/// <param name="Uid">Which object, as long as it lives: one that comes after it under its name has another.</param>
/// <param name="ResourceVersion">In which state.</param>
internal sealed record ResourceState(string? Uid, string ResourceVersion)
{
    /// <summary>None yet. The server refuses to apply to an object in this state, in which none ever is, and creates one without minding it.</summary>
    internal static ResourceState Absent { get; } = new(Uid: null, "1");
}
