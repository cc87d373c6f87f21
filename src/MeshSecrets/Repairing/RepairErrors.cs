using MeshSecrets.Certificates.Repairing;

namespace MeshSecrets.Commands;

/// <summary>Where the errors about repairs are born.</summary>
internal static class RepairErrors
{
    internal static MeshException Unproven(string source, string? other = null) => new(
        "RepairUnproven",
        MeshErrorKind.InvalidOperation,
        other is null
            ? $"{source}: it is not proven that the mended content is the original, so nothing of its group is written. Give what proves it, too: the certificate of its issuer, the certificate or request of a key; or take it anew."
            : $"{source} is not written, for {other}, which belongs to the same group, is not mended. Repair that first, or give this one alone.",
        source);

    internal static MeshException Impossible(string source, string faultId) => new(
        "RepairImpossible",
        MeshErrorKind.InvalidData,
        $"{source}: nothing mends {faultId}, so nothing of its group is written. Take it anew from where it was made, or give the others without it.",
        source);

    internal static MeshException Excerpt(string source) => new(
        "RepairLosesText",
        MeshErrorKind.InvalidOperation,
        $"{source} holds other text around the certificates and keys, which would be lost, so nothing of its group is written over it. Write what is restored to another file with -Destination, and put it where it belongs.",
        source);

    internal static MeshException TooLarge(string path, long size) => new(
        "MaterialTooLarge",
        MeshErrorKind.LimitExceeded,
        $"{path} has {size} bytes; at most {MaterialRepair.MaxSize} are repaired. Split it, or name the file that was meant.",
        path);

    internal static MeshException DestinationMissing() => new(
        "RepairDestinationMissing",
        MeshErrorKind.InvalidArgument,
        "Text from the pipeline has no file to be written to. Name one with -Destination, or give the file with -Path.");

    internal static MeshException DestinationOfStored() => new(
        "RepairDestinationOfStored",
        MeshErrorKind.InvalidArgument,
        "A secret of the store is mended by a new version of it, not in a file. Leave -Destination out; the version before can be restored with Restore-MeshSecret.");

    internal static MeshException DestinationNotFolder(string destination) => new(
        "RepairDestinationNotFolder",
        MeshErrorKind.InvalidArgument,
        $"'{destination}' means a file, and several files are to be written there. Name a folder: one that exists, or a path that ends in '/' or has no extension.",
        destination);

    internal static MeshException DestinationIsSource(string path) => new(
        "RepairDestinationIsSource",
        MeshErrorKind.InvalidArgument,
        $"'{path}' is the broken original itself, of which nothing would be left. Leave -Destination out, and it is kept as .bak; or name another place.",
        path);
}
