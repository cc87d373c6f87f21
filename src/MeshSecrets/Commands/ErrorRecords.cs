using System.Management.Automation;
using System.Security.Cryptography;

namespace MeshSecrets.Commands;

/// <summary>The one place in which exceptions become error records.</summary>
internal static class ErrorRecords
{
    /// <summary>Whether an exception tells of the user's material, rights or machine. Anything else is a fault of the module and ends the command.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>Whether <see cref="From"/> knows it.</returns>
    internal static bool IsExpected(Exception exception) =>
        exception is MeshException or IOException or UnauthorizedAccessException or CryptographicException;

    /// <summary>The error record of an expected exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="target">What was being worked on, if the exception does not know better.</param>
    /// <param name="writing">Whether the command changes things, which is what a bare <see cref="IOException"/> does not tell.</param>
    /// <returns>A record with a stable id and a true category.</returns>
    internal static ErrorRecord From(Exception exception, object? target, bool writing) => exception switch
    {
        MeshException mesh => new(mesh, mesh.ErrorId, CategoryOf(mesh.Kind), mesh.Target ?? target),
        FileNotFoundException or DirectoryNotFoundException => new(exception, "PathNotFound", ErrorCategory.ObjectNotFound, target),
        IOException when writing => new(exception, "WriteFailed", ErrorCategory.WriteError, target),
        IOException => new(exception, "ReadFailed", ErrorCategory.ReadError, target),
        UnauthorizedAccessException => new(exception, "AccessDenied", ErrorCategory.PermissionDenied, target),
        CryptographicException => new(exception, "CryptographyFailed", ErrorCategory.SecurityError, target),
        _ => throw new ArgumentException("Not an expected exception.", nameof(exception), exception),
    };

    private static ErrorCategory CategoryOf(MeshErrorKind kind) => kind switch
    {
        MeshErrorKind.InvalidData => ErrorCategory.InvalidData,
        MeshErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        MeshErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        MeshErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        MeshErrorKind.Conflict => ErrorCategory.ResourceBusy,
        MeshErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        MeshErrorKind.Authentication => ErrorCategory.AuthenticationError,
        MeshErrorKind.WriteFailed => ErrorCategory.WriteError,
        MeshErrorKind.ReadFailed => ErrorCategory.ReadError,
        MeshErrorKind.LimitExceeded => ErrorCategory.LimitsExceeded,
        MeshErrorKind.Unavailable => ErrorCategory.ResourceUnavailable,
        MeshErrorKind.InvalidOperation => ErrorCategory.InvalidOperation,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A new kind of error needs its category here."),
    };
}
