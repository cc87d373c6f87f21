namespace MeshSecrets.Meshes.Formats;

/// <summary>Where the errors about forms are born.</summary>
internal static class FormatErrors
{
    internal static MeshException Unknown(string name, IEnumerable<string> known) => new(
        "FormatUnknown",
        MeshErrorKind.InvalidArgument,
        $"Nothing is known by the name '{name}'. There is: {string.Join(", ", known)}.",
        name);

    /// <summary>What a form has no place for is refused, never dropped.</summary>
    internal static MeshException CannotCarry(string format, object target, string what, string remedy) => new(
        "FormatCannotCarry",
        MeshErrorKind.InvalidOperation,
        $"{format} has no place for {what} of {target}, so it would be lost. {remedy}",
        target);

    internal static MeshException PrivateKeyNeeded(string format, object target) => new(
        "FormatNeedsPrivateKey",
        MeshErrorKind.InvalidArgument,
        $"{format} holds the private key of {target}, and that leaves the store only on demand. Add -IncludePrivateKey, or choose a format of certificates only.",
        target);

    internal static MeshException Incomplete(string format, string source, string what) => new(
        "FormatIncomplete",
        MeshErrorKind.InvalidData,
        $"{source} is no complete {format}: {what}.",
        source);

    internal static MeshException RootNotTrusted(string source, string root, string trusted) => new(
        "AuthorityRootNotTrusted",
        MeshErrorKind.InvalidData,
        $"The chain of the authority in {source} ends at {root}, and the roots that are to be trusted are others ({trusted}): peers would refuse all that it issues. Put that root among the trusted ones, or import the authority with -CertificatePath, -KeyPath and -CaPath.",
        source);

    internal static MeshException Ambiguous(string source, IEnumerable<string> formats) => new(
        "FormatAmbiguous",
        MeshErrorKind.InvalidData,
        $"{source} holds several authorities ({string.Join(", ", formats)}). Choose one with -Format, or name fewer files.",
        source);

    internal static MeshException Unrecognized(string source, IEnumerable<string> formats) => new(
        "FormatUnrecognized",
        MeshErrorKind.InvalidData,
        $"{source} holds no authority in any of the forms {string.Join(", ", formats)}. Name files or manifests that hold one, or give its certificate and key with -CertificatePath and -KeyPath.",
        source);

    internal static MeshException FolderHasLink(string path) => new(
        "FolderHasLink",
        MeshErrorKind.InvalidData,
        $"'{path}' is a link, and none is followed in the folder of a secret: it may lead to what is no part of it, or let others read what is written. Put the file or folder itself there (cp -L), or remove the link.",
        path);

    internal static MeshException FolderHasOtherFile(string path, string why) => new(
        "FolderHasOtherFile",
        MeshErrorKind.InvalidData,
        $"'{path}' is in the folder of a secret and is no value of it: {why}.",
        path);
}
