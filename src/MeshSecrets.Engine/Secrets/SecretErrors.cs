namespace MeshSecrets.Secrets;

/// <summary>Where the errors about secrets and their names are born.</summary>
internal static class SecretErrors
{
    internal static MeshException NameInvalid(string name) => new(
        "SecretNameInvalid",
        MeshErrorKind.InvalidArgument,
        name.Length == 0 ? "The secret has no name, and it needs one: metadata.name, or 'name' outside Kubernetes (generateName is for the API server only)." : $"'{name}' is not a valid secret name. Use at most 253 lowercase letters, digits, '-' and '.', each part starting and ending with a letter or digit.",
        name);

    internal static MeshException MeshInvalid(string mesh) => new(
        "MeshNameInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{mesh}' is not a valid mesh name. Use at most 253 lowercase letters, digits, '-', '_' and '.', each part starting and ending with a letter or digit.",
        mesh);

    internal static MeshException NamespaceInvalid(string ns) => new(
        "NamespaceInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{ns}' is not a valid Kubernetes namespace. Use at most 63 lowercase letters, digits and '-', starting and ending with a letter or digit.",
        ns);

    internal static MeshException DataKeyInvalid(string key) => new(
        "SecretDataKeyInvalid",
        MeshErrorKind.InvalidArgument,
        key is "." or ".." || key.StartsWith("..", StringComparison.Ordinal) ? $"'{key}' is not a valid data key: '.', and what begins with '..', is a folder's name where secrets are mounted as files. Give it another name." : $"'{key}' is not a valid data key. Use at most 253 letters, digits, '-', '_' and '.' (Kubernetes).",
        key);

    internal static MeshException DataKeyMissing(string key, object target) => new(
        "SecretDataKeyMissing",
        MeshErrorKind.NotFound,
        $"{target} has no data key '{key}'.",
        target);

    internal static MeshException FieldsInvalid(string annotation) => new(
        "ManifestInvalid", MeshErrorKind.InvalidData, $"The annotation {annotation} is not a JSON object. Remove it, or put back what was in it.", annotation);

    internal static MeshException ChainNotVerified(string certificate, string source, string why) => new(
        "ChainNotVerified",
        MeshErrorKind.InvalidData,
        $"{source} does not verify the chain of {certificate}: {why} Give the root that issued it, and its intermediates with the certificate.",
        source);

    internal static MeshException LeafMissing(string source) => new(
        "KeyCertificateMismatch",
        MeshErrorKind.InvalidData,
        $"{source} holds a private key, but no certificate of it. Export it anew with its certificate.",
        source);

    internal static MeshException NotFound(SecretId id) => new(
        "SecretNotFound",
        MeshErrorKind.NotFound,
        $"There is no secret {id}. List what there is with Get-MeshSecret.",
        id);

    internal static MeshException ChangedMeanwhile(SecretId id) => new(
        "SecretConflict",
        MeshErrorKind.Conflict,
        $"{id} was changed by somebody else since it was looked at, so it was left alone.",
        id);

    internal static MeshException DataTooLarge(SecretId id, long size, long limit) => new(
        "SecretTooLarge",
        MeshErrorKind.LimitExceeded,
        $"The data of {id} has {size} bytes; a secret holds at most {limit} (1 MiB, as in Kubernetes). Split it into several secrets.",
        id);
}
