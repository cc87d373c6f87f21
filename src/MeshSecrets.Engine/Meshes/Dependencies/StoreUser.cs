using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>Something in a store that uses a secret of it.</summary>
/// <param name="Id">Its identity in the store.</param>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Field">Where in it.</param>
/// <param name="Relation"><see cref="DependencyRelation.Reference"/> or <see cref="DependencyRelation.IssuedBy"/>.</param>
/// <param name="Effect">What happens to it when the secret goes.</param>
public sealed record StoreUser(SecretId Id, string Name, string Field, DependencyRelation Relation, string Effect);
