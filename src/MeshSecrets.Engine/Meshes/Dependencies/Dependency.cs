using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>One use of a secret, a key or an authority.</summary>
/// <param name="Used">What is used.</param>
/// <param name="User">What uses it: <c>Gateway istio-system/shop</c>, or a secret's identity.</param>
/// <param name="UserKind">The resource's kind, or <c>Secret</c>, <c>TlsKey</c>, <c>Authority</c>.</param>
/// <param name="Field">The field of the resource, or the data key of the secret, with the certificate's place in it: <c>tls.crt[1]</c>.</param>
/// <param name="Relation">In which way.</param>
/// <param name="Effect">What follows for the user.</param>
/// <param name="Source">Where the user was found: a store's name or a file.</param>
public sealed record Dependency(SecretId Used, string User, string UserKind, string Field, DependencyRelation Relation, string Effect, string Source);
