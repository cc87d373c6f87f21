using System.Security;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Commands;

/// <summary>Turns a passphrase or the path of a key file into what unlocks a store or a backup.</summary>
internal static class KeySources
{
    internal static StoreKeySource? From(SecureString? passphrase, string? keyFile, FilePaths paths) => (passphrase, keyFile) switch
    {
        (not null, _) => StoreKeySource.FromPassphrase(passphrase),
        (_, not null) => StoreKeySource.KeyFile(paths.Literal(keyFile)),
        _ => null,
    };
}
