using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Where the errors about what is given for a secret, or asked of it, are born. None repeats a value.</summary>
internal static class SecretInputErrors
{
    internal static MeshException ValueInvalid(string key, Type? type) => new(
        "SecretValueInvalid",
        MeshErrorKind.InvalidArgument,
        $"The value for the data key '{key}' is {(type is null ? "nothing" : $"of type {type.Name}")}. Give a string, a SecureString, bytes ([byte[]]) or a file (Get-Item); quote a number.",
        key);

    internal static MeshException DataInvalid(Type type) => new(
        "SecretDataInvalid",
        MeshErrorKind.InvalidArgument,
        $"-Data takes a hashtable of data keys (strings) and values, as @{{ user = 'app'; password = $password }}, and got one of type {type.Name}.");

    internal static MeshException FileTooLarge(string path) => new(
        "SecretFileTooLarge",
        MeshErrorKind.LimitExceeded,
        $"'{path}' has more than {SecretData.MaxSize} bytes (1 MiB), which is what a secret holds at most. Split it, or keep it elsewhere and its key here.",
        path);

    internal static MeshException KeyForManyFiles(string key) => new(
        "SecretKeyAmbiguous",
        MeshErrorKind.InvalidArgument,
        $"-Key '{key}' names one value, and the path means several files. Leave -Key out: each file's name becomes its data key.",
        key);

    internal static MeshException KeyNeeded(SecretId id, IEnumerable<string> keys) => new(
        "SecretKeyRequired",
        MeshErrorKind.InvalidArgument,
        $"{id} has the data keys {string.Join(", ", keys)}. Say with -Key which one the value is for.",
        id);

    internal static MeshException KeyMissing(SecretId id, string key, IEnumerable<string> keys) => new(
        "SecretDataKeyMissing",
        MeshErrorKind.NotFound,
        $"{id} has no data key '{key}', but: {string.Join(", ", keys)}.",
        id);

    internal static MeshException NothingToChange(string name) => new(
        "SecretChangeMissing",
        MeshErrorKind.InvalidArgument,
        $"Nothing was said to change of '{name}'. Give -Value, -Data, -Path, -RemoveKey, -Label, -RemoveLabel, -Annotation or -Immutable.",
        name);

    internal static MeshException NotFound(string noun, string name, string scope) => new(
        "SecretNotFound",
        MeshErrorKind.NotFound,
        $"There is no {noun} '{name}' {scope}. List those that are there with {GetCmdletOf(noun)}.",
        name);

    internal static MeshException NotFound(SecretId id) => new(
        "SecretNotFound",
        MeshErrorKind.NotFound,
        $"There is no secret {id}. Get-MeshSecret lists those that are there.",
        id);

    internal static MeshException VersionNotFound(SecretId id, long version, IEnumerable<long> kept) => new(
        "SecretVersionNotFound",
        MeshErrorKind.NotFound,
        $"Version {version} of {id} is not kept; these are: {string.Join(", ", kept)}.",
        id);

    internal static MeshException NotUnicode(string key) => new(
        "SecretValueNotUnicode",
        MeshErrorKind.InvalidArgument,
        $"The text for '{key}' holds half of a character (a lone surrogate), which UTF-8 cannot keep. Give it as bytes.",
        key);

    internal static MeshException NotText(SecretId id, string key) => new(
        "SecretValueNotText",
        MeshErrorKind.InvalidData,
        $"The value '{key}' of {id} is not UTF-8 text. Take it with -AsByteArray.",
        id);

    internal static MeshException KeyWithoutReveal() => new(
        "SecretKeyWithoutForm",
        MeshErrorKind.InvalidArgument,
        "-Key chooses a value, and values are given only with -AsPlainText, -AsByteArray or -AsSecureString.");

    internal static MeshException FormAmbiguous() => new(
        "SecretFormAmbiguous",
        MeshErrorKind.InvalidArgument,
        "-AsByteArray and -AsSecureString exclude each other.");

    internal static MeshException NewNameForMany(string newName) => new(
        "SecretNameAmbiguous",
        MeshErrorKind.InvalidArgument,
        $"-NewName '{newName}' is one name, and -Name has wildcards. Copy one secret at a time, or leave -NewName out.",
        newName);

    internal static MeshException CopyToItself(SecretId id) => new(
        "SecretCopyToItself",
        MeshErrorKind.InvalidArgument,
        $"The copy of {id} would be itself. Give -NewName, -Destination, -DestinationMesh, -DestinationNamespace or -DestinationGlobal.",
        id);

    internal static MeshException ExportNeedsPlainText(string target) => new(
        "ExportNeedsPlainText",
        MeshErrorKind.InvalidOperation,
        $"{target}: values would be written in plain (base64, as manifests have it, is no encryption), and they are so only on demand. Add -AsPlainText; the audit trail notes it.",
        target);

    internal static MeshException AuthorityNeedsPrivateKey(SecretId id) => new(
        "FormatNeedsPrivateKey",
        MeshErrorKind.InvalidOperation,
        $"{id} is an authority, whose private key leaves the store only on demand. Add -IncludePrivateKey, or write its certificates with Export-MeshCaBundle.",
        id);

    private static string GetCmdletOf(string noun) => noun switch
    {
        "TLS key" => "Get-MeshTlsKey",
        "authority" => "Get-MeshCa",
        _ => "Get-MeshSecret",
    };
}
