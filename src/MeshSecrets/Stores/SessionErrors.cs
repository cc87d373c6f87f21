namespace MeshSecrets.Commands;

/// <summary>Where the errors about the stores of a session are born.</summary>
internal static class SessionErrors
{
    internal static MeshException LacksAbility(MeshStore store, string lack) => new(
        "StoreLacksAbility",
        MeshErrorKind.InvalidOperation,
        $"The store '{store.Name}' ({store.Kind}) {lack}. Choose another with -Store.",
        store.Location);

    internal static MeshException LacksDryRun(MeshStore store) => new(
        "StoreLacksAbility",
        MeshErrorKind.InvalidOperation,
        $"The store '{store.Name}' ({store.Kind}) has no server that could check a write without keeping it. Use -WhatIf in place of -DryRun.",
        store.Location);

    internal static MeshException Disconnected(MeshStore store) => new(
        "StoreDisconnected",
        MeshErrorKind.InvalidOperation,
        $"The store '{store.Name}' is not connected any more. Connect it again: {store.HowToConnect}.",
        store.Location);

    internal static MeshException NotConnected(string name) => new(
        "StoreNotConnected",
        MeshErrorKind.NotFound,
        $"No store named '{name}' is connected in this session. Get-MeshStore lists those that are.",
        name);

    internal static MeshException NameTaken(string name, string location) => new(
        "StoreNameTaken",
        MeshErrorKind.AlreadyExists,
        $"The name '{name}' means the connected store '{location}'. Choose another -Name, or disconnect that one first.",
        name);

    internal static MeshException ImpersonatedUserMissing() => new(
        "KubernetesImpersonatedUserMissing", MeshErrorKind.InvalidArgument, "-ImpersonateGroup says in which groups the user of -ImpersonateUser is; give that, too.");

    internal static MeshException PassphraseNotSecure(Type given) => new(
        "PassphraseNotSecure",
        MeshErrorKind.InvalidArgument,
        $"A password or passphrase is taken as a SecureString, and this is of type {given.Name}. Ask for it with Read-Host -AsSecureString, or take it from your vault; the passphrase of a store may also come from the environment variable MESHSECRETS_PASSPHRASE.");

    internal static MeshException NotSound(MeshStore store, Stores.StoreFinding finding) => new(
        "StoreDamaged",
        MeshErrorKind.InvalidData,
        $"The store in '{store.Location}' is damaged ({finding.FindingId}: {finding.Item}), so nothing was backed up: such a backup could not be restored. Test-MeshStore -Store '{store.Location}' lists all that is wrong.",
        store.Location);

    internal static MeshException RoleUnknown(string name, IEnumerable<string> known) => new(
        "RoleUnknown",
        MeshErrorKind.InvalidArgument,
        $"There is no role '{name}'. There are {string.Join(", ", known)}.",
        name);

    internal static MeshException NothingToChange(MeshStore store) => new(
        "StoreChangeMissing",
        MeshErrorKind.InvalidArgument,
        $"Nothing was said to change of the store '{store.Name}'. Give -Passphrase, -KeyFile, -UseDefaultKeyFile or -VersionsKept.",
        store.Location);

    internal static MeshException TwoProtectors() => new(
        "StoreProtectorAmbiguous",
        MeshErrorKind.InvalidArgument,
        "A passphrase and a key file exclude each other: give one for the backup (-Passphrase or -KeyFile) and one for the store (-StorePassphrase or -StoreKeyFile), or none.");
}
