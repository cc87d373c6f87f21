namespace MeshSecrets.Meshes.Repairing;

/// <summary>The new text of a scalar.</summary>
/// <remarks>No record: one would print it.</remarks>
internal sealed class ScalarEdit(string text)
{
    internal string Text => text;
}
