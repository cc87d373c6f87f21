using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Where the errors about how Save-MeshCa is told to save are born.</summary>
internal static class SavingCommandErrors
{
    internal static MeshException PlaceMissing() => new(
        "SavedCaPlaceMissing",
        MeshErrorKind.InvalidArgument,
        "Say where to save: in files with -Destination, or in a store with -ToStore; one of both.");

    internal static MeshException PasswordForStore() => new(
        "SavedCaPasswordUnused",
        MeshErrorKind.InvalidArgument,
        "-Password is for PKCS#12 files; a store encrypts what it keeps by its own key. Leave it out, or save with -Destination.");

    internal static MeshException DryRunOfFiles() => new(
        "SavedCaDryRunUnused",
        MeshErrorKind.InvalidArgument,
        "-DryRun asks the server of a cluster, and files have none. Use -WhatIf in its place, or save with -ToStore.");

    internal static MeshException NameTaken(SecretId id, string place) => new(
        "SavedCaNameTaken",
        MeshErrorKind.InvalidArgument,
        $"{id} would overwrite {place}, in which another of the same name was just saved. Save each namespace or cluster to a place of its own.",
        id);
}
