using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>A change of a secret.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Secret">The secret after the change. Of a removed one, as it last was; if it went while the connection was broken, only what <paramref name="Former"/> tells.</param>
/// <param name="Former">What is remembered of the secret before the change, if it was there.</param>
public sealed record SecretChange(SecretChangeKind Kind, SecretMetadata Secret, RememberedSecret? Former);
