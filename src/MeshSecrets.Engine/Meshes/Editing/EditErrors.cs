namespace MeshSecrets.Meshes.Editing;

/// <summary>Where the errors about edited documents are born.</summary>
internal static class EditErrors
{
    internal static MeshException NotPermitted(string what, string remedy) => new(
        "EditNotPermitted",
        MeshErrorKind.InvalidOperation,
        $"The document changes {what}, and only labels, annotations and the values of certificate, key and trust bundle can be changed there. {remedy}");

    internal static MeshException NoText(string field) => new(
        "EditNotPermitted",
        MeshErrorKind.InvalidData,
        $"'{field}' is no text. Put it in quotes, or remove the line.");

    internal static MeshException NotOneDocument() => new(
        "EditNotPermitted",
        MeshErrorKind.InvalidData,
        "The file must hold one document. Remove what was added, or empty the file to cancel.");
}
