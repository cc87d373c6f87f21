namespace MeshSecrets.Certificates.Keys;

/// <summary>Where the errors about keys are born.</summary>
internal static class KeyErrors
{
    internal static MeshException AlgorithmUnknown(string name) => new(
        "KeyAlgorithmUnknown",
        MeshErrorKind.InvalidArgument,
        $"'{name}' is no key algorithm. Use one of {string.Join(", ", Enum.GetNames<KeyAlgorithm>())}.",
        name);

    internal static MeshException AlgorithmUnsupported(string source, string found) => new(
        "PrivateKeyAlgorithmUnsupported",
        MeshErrorKind.InvalidData,
        $"{source} holds {found}; only ECDSA (P-256, P-384, P-521) and RSA keys can be used. Make a new key of one of these kinds.",
        source);

    internal static MeshException Invalid(string source, Exception inner) => new(
        "PrivateKeyInvalid",
        MeshErrorKind.InvalidData,
        $"{source} is no readable private key: its bytes are not what the format demands. It was probably cut short or altered when it was copied; take it anew from where it was made.",
        source,
        inner);

    internal static MeshException TrailingBytes(string source, int count) => new(
        "PrivateKeyTrailingBytes",
        MeshErrorKind.InvalidData,
        $"{source} has {count} stray byte(s) after the end of the private key. Other software refuses or misreads such a file; remove them or take the key anew from where it was made.",
        source);

    internal static MeshException Inconsistent(string source) => new(
        "PrivateKeyInconsistent",
        MeshErrorKind.InvalidData,
        $"{source} can be parsed but is damaged: the numbers of the RSA key contradict each other (RFC 8017, section 3.2). Take it anew from where it was made.",
        source);

    internal static MeshException PasswordWrong(string source, Exception? inner) => new(
        "PrivateKeyPasswordWrong",
        MeshErrorKind.Authentication,
        $"{source} is encrypted and the password given does not open it, or the key within is neither ECDSA nor RSA. Check the password.",
        source,
        inner);
}
