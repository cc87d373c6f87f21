namespace MeshSecrets;

/// <summary>
/// What kind of thing went wrong, independent of any host. A host maps it to its own categories
/// (PowerShell: <c>ErrorCategory</c>).
/// </summary>
public enum MeshErrorKind
{
    /// <summary>Material that was read is broken or of the wrong kind.</summary>
    InvalidData,

    /// <summary>A parameter's value is not acceptable, whatever the state of the world.</summary>
    InvalidArgument,

    /// <summary>Nothing of that name exists.</summary>
    NotFound,

    /// <summary>Something of that name exists already.</summary>
    AlreadyExists,

    /// <summary>Somebody else changed the same thing meanwhile; read again and retry.</summary>
    Conflict,

    /// <summary>A policy, permission or file mode forbids it.</summary>
    PermissionDenied,

    /// <summary>A passphrase, key or signature does not fit: authenticity could not be proven.</summary>
    Authentication,

    /// <summary>Writing failed (disk full, read-only folder, connection cut).</summary>
    WriteFailed,

    /// <summary>Reading failed.</summary>
    ReadFailed,

    /// <summary>A limit of size, count or depth is exceeded.</summary>
    LimitExceeded,

    /// <summary>The other side is not there or does not answer.</summary>
    Unavailable,

    /// <summary>The operation is valid but not in the present state.</summary>
    InvalidOperation,
}

/// <summary>
/// An expected failure, with a stable identifier a script can branch on, and a message that says what is wrong,
/// where, and what to do. The message never contains key material or a secret's value.
/// </summary>
/// <remarks>
/// Each domain folder has one class (<c>StoreErrors</c>, <c>PemErrors</c>, …) in which its errors are born;
/// nothing else constructs this type.
/// </remarks>
public sealed class MeshException : Exception
{
    /// <summary>Creates an error.</summary>
    /// <param name="errorId">Stable identifier in PascalCase without spaces, for example <c>CertificateExpired</c>.</param>
    /// <param name="kind">What kind of thing went wrong.</param>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="target">The object it is about (a name, a path), never a secret.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public MeshException(string errorId, MeshErrorKind kind, string message, object? target = null, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Kind = kind;
        Target = target;
    }

    /// <summary>Stable identifier without spaces.</summary>
    public string ErrorId { get; }

    /// <summary>What kind of thing went wrong.</summary>
    public MeshErrorKind Kind { get; }

    /// <summary>The object it is about, or <see langword="null"/>.</summary>
    public object? Target { get; }
}
