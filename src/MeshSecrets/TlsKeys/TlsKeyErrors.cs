using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Where the errors about TLS keys as cmdlets name them are born.</summary>
internal static class TlsKeyErrors
{
    internal static MeshException NotATlsKey(SecretId id, string type) => new(
        "TlsKeyExpected",
        MeshErrorKind.InvalidOperation,
        $"{id} is a secret of the type {type}, no TLS key. Use the cmdlets for its kind.",
        id);

    internal static MeshException NothingToChange(string name) => new(
        "SecretChangeMissing",
        MeshErrorKind.InvalidArgument,
        $"Nothing was said to change of '{name}'. Give -Label, -RemoveLabel, -CertificatePath with -KeyPath, or -Pkcs12Path.",
        name);

    internal static MeshException FilesOfAnother(string folder, string name) => new(
        "ExportOverwrites",
        MeshErrorKind.InvalidArgument,
        $"'{folder}' has just taken the files of another TLS key, which those of '{name}' would overwrite. Add -FolderPerName to give each a folder.",
        folder);

    internal static MeshException Pkcs12NeedsPassword() => new(
        "PasswordMissing",
        MeshErrorKind.InvalidArgument,
        "A PKCS#12 file holds the private key and is encrypted: give its password with -Password (Read-Host -AsSecureString).");

    internal static MeshException Pkcs12NeedsKey() => new(
        "PrivateKeyNotIncluded",
        MeshErrorKind.InvalidArgument,
        "A PKCS#12 file without the private key serves nobody here. Add -IncludePrivateKey, or export PEM.");

    internal static MeshException EditorMissing() => new(
        "EditorMissing",
        MeshErrorKind.InvalidOperation,
        "No editor is named, and there is nobody at the keyboard for the usual one. Set $env:VISUAL or $env:EDITOR, or change the TLS key with Set-MeshTlsKey.");

    internal static MeshException EditorFailed(string editor, string why) => new(
        "EditorFailed",
        MeshErrorKind.InvalidOperation,
        $"The editor '{editor}' failed: {why}. Nothing was changed. Correct $env:VISUAL or $env:EDITOR, or change the TLS key with Set-MeshTlsKey.",
        editor);
}
