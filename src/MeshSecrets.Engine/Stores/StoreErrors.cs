using MeshSecrets.Secrets;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Stores;

/// <summary>Where the errors of stores are born.</summary>
internal static class StoreErrors
{
    internal const string RecordMissingId = "StoreRecordMissing";
    internal const string RolledBackId = "StoreRolledBack";

    private const string RestoreAdvice = "Restore a backup into a new folder (Restore-MeshStore); Test-MeshStore -Store <this folder> lists all that is wrong.";

    // Error numbers of Unix (errno) and of Windows (HRESULT of ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL, …).
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int ReadOnlyFileSystem = 30;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsWriteProtected = unchecked((int)0x80070013);
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;

    internal static bool IsSharingViolation(IOException exception) =>
        exception.HResult is WindowsSharingViolation or WouldBlock or WouldBlockOnMac;

    internal static MeshException Exists(SecretId id) => new(
        "SecretExists", MeshErrorKind.AlreadyExists, $"{id} exists already. Overwrite it with -Force, or choose another name.", id);

    internal static MeshException NotFound(SecretId id) => new(
        "SecretNotFound", MeshErrorKind.NotFound, $"There is no {id} in this store.", id);

    internal static MeshException VersionNotFound(SecretId id, long version) => new(
        "SecretVersionNotFound", MeshErrorKind.NotFound, $"The store keeps no version {version} of {id}.", id);

    internal static MeshException Conflict(SecretId id, string expected, string found, AuditRecord writer) => new(
        "SecretConflict",
        MeshErrorKind.Conflict,
        $"{id} was changed meanwhile: expected resource version {expected}, found {found} (version {writer.Version}, {writer.Action} by {writer.Actor} at {writer.Time:u}). Read it again and repeat the change.",
        id);

    internal static MeshException TypeImmutable(SecretId id, string type, string wanted) => new(
        "SecretTypeImmutable",
        MeshErrorKind.InvalidOperation,
        $"{id} is of type {type}, which never changes; the write says {wanted}. Remove the secret first, or choose another name.",
        id);

    internal static MeshException LeaseLost(string name, string @namespace) => new(
        "LeaseLost",
        MeshErrorKind.Unavailable,
        $"The lease '{name}' in namespace {@namespace} could not be renewed in time, so another runner may hold it now, and nothing further was done there. Run it again: what is done already is kept.",
        @namespace);

    internal static MeshException MetadataTooLarge(SecretId id, int size, int limit) => new(
        "SecretMetadataTooLarge",
        MeshErrorKind.LimitExceeded,
        $"Labels, annotations and other metadata of {id} have {size} bytes; {limit} are allowed.",
        id);

    internal static MeshException AuditTextTooLong(int limit) => new(
        "AuditTextTooLong", MeshErrorKind.LimitExceeded, $"The name of the actor or of the action makes a line of the audit trail longer than {limit} bytes. Use a shorter one.");

    internal static MeshException StoreNotFound(string path) => new(
        "StoreNotFound", MeshErrorKind.NotFound, $"There is no store in '{path}'. Check the path, or create a store there with Connect-MeshStore -Create.", path);

    internal static MeshException NotAStore(string path) => new(
        "StoreNotFound", MeshErrorKind.NotFound, $"'{path}' has other content and no store.json. Choose an empty folder, or put store.json back from a backup.", path);

    internal static MeshException Locked(string path, TimeSpan timeout) => new(
        "StoreLocked",
        MeshErrorKind.Unavailable,
        $"Another writer held '{path}' for more than {timeout.TotalSeconds:0.#} s. Wait until it has finished, or see which process has the file open.",
        path);

    internal static MeshException LocksDisabled(string path) => new(
        "StoreLocksDisabled",
        MeshErrorKind.InvalidOperation,
        $"A lock on '{path}' keeps nobody out, so that two writers could destroy each other's work; nothing was written. Unset DOTNET_SYSTEM_IO_DISABLEFILELOCKING (or the setting System.IO.DisableFileLocking), or move the store to a file system with locks. Reading goes on.",
        path);

    internal static MeshException PassphraseWrong(string path) => new(
        "StorePassphraseWrong", MeshErrorKind.Authentication, $"The passphrase does not open '{path}'.", path);

    internal static MeshException PassphraseRequired(string path) => new(
        "StorePassphraseRequired",
        MeshErrorKind.Authentication,
        $"'{path}' is protected by a passphrase. Give it to Connect-MeshStore -Passphrase, or set {StoreLocations.PassphraseVariable}.",
        path);

    internal static MeshException PassphraseEmpty() => new(
        "StorePassphraseEmpty", MeshErrorKind.InvalidArgument, "An empty passphrase protects nothing. Give one with at least one character.");

    internal static MeshException ProtectorMismatch(string path, string actual) => new(
        "StoreProtectorMismatch", MeshErrorKind.InvalidArgument, $"'{path}' is protected by a {actual}; unlock it with that.", path);

    internal static MeshException KeyWrong(string path, string keyFile) => new(
        "StoreKeyWrong",
        MeshErrorKind.Authentication,
        $"The key file '{keyFile}' does not open '{path}': it belongs to another store or was altered.",
        keyFile);

    internal static MeshException KeyFileMissing(string keyFile) => new(
        "KeyFileMissing", MeshErrorKind.NotFound, $"The key file '{keyFile}' is not there. Put it back, or name another.", keyFile);

    internal static MeshException KeyFileInvalid(string keyFile) => new(
        "KeyFileInvalid", MeshErrorKind.InvalidData, $"'{keyFile}' is not a key file: it must hold 32 bytes in base64.", keyFile);

    internal static MeshException KeyFilePermissions(string keyFile) => new(
        "KeyFilePermissions",
        MeshErrorKind.PermissionDenied,
        $"Others than its owner can read the key file '{keyFile}'. Run: chmod 600 '{keyFile}'",
        keyFile);

    internal static MeshException SettingsAltered(string path, Exception? cause = null) => new(
        "StoreSettingsAltered", MeshErrorKind.InvalidData, $"'{path}' was altered or is damaged. Put it back from a backup.", path, cause);

    internal static MeshException FormatUnknown(string path, int format) => new(
        "StoreFormatUnknown",
        MeshErrorKind.InvalidData,
        $"'{path}' has format {format}, which this version does not know. Update the module.",
        path);

    internal static MeshException SegmentAltered(string path, SegmentRange range, string what, Exception? cause = null) => new(
        "StoreRecordAltered", MeshErrorKind.InvalidData, $"'{path}' ({range}) was altered or is damaged: {what}. {RestoreAdvice}", path, cause);

    internal static MeshException RecordAltered(SecretId id, long version, string path) => new(
        "StoreRecordAltered",
        MeshErrorKind.InvalidData,
        $"Version {version} of {id} in '{path}' was altered or is damaged. Restore another version of it (Get-MeshSecret -AllVersions, Restore-MeshSecret), write it anew (-Force), or restore a backup into a new folder (Restore-MeshStore).",
        id);

    internal static MeshException CommitsMissing(string folder, SegmentRange range) => new(
        RecordMissingId, MeshErrorKind.InvalidData, $"The file with {range} is missing in '{folder}'. {RestoreAdvice}", folder);

    internal static MeshException SegmentUnreadable(string folder, FileNotFoundException cause) => new(
        RecordMissingId, MeshErrorKind.InvalidData, $"'{cause.FileName}' is listed in '{folder}' and cannot be opened. {RestoreAdvice}", folder, cause);

    internal static MeshException NoCommits(string folder) => new(
        RecordMissingId, MeshErrorKind.InvalidData, $"All files of '{folder}' are missing. {RestoreAdvice}", folder);

    internal static MeshException ChainBroken(string path, SegmentRange range) => new(
        RolledBackId,
        MeshErrorKind.InvalidData,
        $"'{path}' ({range}) does not follow the commit before it: one of them comes from an earlier copy of the store. {RestoreAdvice}",
        path);

    internal static MeshException RolledBack(string folder, long found, long expected) => new(
        RolledBackId,
        MeshErrorKind.InvalidData,
        $"The newest commit in '{folder}' is {found}, and {expected} was seen before: files were taken away or put back from an earlier copy. {RestoreAdvice}",
        folder);

    internal static MeshException TrailAhead(string path) => new(
        RolledBackId,
        MeshErrorKind.InvalidData,
        $"The audit trail '{path}' goes on after the newest commit: the newest files were taken away or replaced by an earlier copy, or lines were added to the trail. {RestoreAdvice}",
        path);

    internal static MeshException AuditLengthWrong(string path, long length, long expected) => new(
        "StoreAuditAltered",
        MeshErrorKind.InvalidData,
        $"The audit trail '{path}' has {length} bytes and should have {expected}: it was cut or added to. Nothing is written, and no value is shown since that could not be noted; listing goes on. Restore a backup into a new folder (Restore-MeshStore).",
        path);

    internal static MeshException AuditLineAltered(string path, long line) => new(
        "StoreAuditAltered", MeshErrorKind.InvalidData, $"Line {line} of '{path}' was altered, or lines before it were removed, added or moved. {RestoreAdvice}", path);

    internal static MeshException BackupAltered(string path, string what, Exception? cause = null) => new(
        "BackupAltered", MeshErrorKind.InvalidData, $"The backup '{path}' cannot be restored: {what}. Use another backup.", path, cause);

    internal static MeshException BackupPassphraseWrong(string path) => new(
        "BackupPassphraseWrong", MeshErrorKind.Authentication, $"The passphrase does not open the backup '{path}'.", path);

    internal static MeshException BackupKeyWrong(string path, string keyFile) => new(
        "BackupKeyWrong", MeshErrorKind.Authentication, $"The key file '{keyFile}' does not open the backup '{path}'.", keyFile);

    internal static MeshException BackupNotFound(string path) => new(
        "BackupNotFound", MeshErrorKind.NotFound, $"There is no backup '{path}'.", path);

    internal static MeshException RestoreTargetNotEmpty(string path) => new(
        "RestoreTargetNotEmpty", MeshErrorKind.AlreadyExists, $"'{path}' is not empty. Restore to a new or empty folder.", path);

    internal static MeshException VersionsKeptInvalid(int kept) => new(
        "VersionsKeptInvalid", MeshErrorKind.InvalidArgument, $"A store cannot keep {kept} versions of a secret; keep 1 to 1000.", kept);

    internal static MeshException PurgeNotErased(string path, Exception cause) => new(
        "PurgeNotErased",
        MeshErrorKind.WriteFailed,
        $"The secrets are gone from '{path}', but their bytes are still in its files, which could not be written anew: {cause.Message} Free some space; the next purge or other write erases them.",
        path,
        cause);

    internal static MeshException ReadFailed(Exception cause, string path) => new(
        "StoreReadFailed", MeshErrorKind.ReadFailed, $"'{path}' cannot be read: {cause.Message}", path, cause);

    /// <summary>Says why a write failed. Nothing was written, unless the message says otherwise.</summary>
    internal static MeshException WriteFailed(Exception cause, string path) => cause switch
    {
        IOException { HResult: NoSpace or QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull } => new(
            "StoreDiskFull", MeshErrorKind.WriteFailed, $"The disk of '{path}' is full; nothing was written. Free some space and repeat.", path, cause),
        UnauthorizedAccessException or IOException { HResult: ReadOnlyFileSystem or WindowsWriteProtected } => new(
            "StoreReadOnly", MeshErrorKind.PermissionDenied, $"'{path}' cannot be written: {cause.Message} What a secret is can still be read; its values cannot, since the audit trail must note each access.", path, cause),
        _ => new(
            "StoreWriteFailed", MeshErrorKind.WriteFailed, $"Writing to '{path}' failed: {cause.Message} Read again to see whether the last change was kept.", path, cause),
    };
}
