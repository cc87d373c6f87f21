using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Gloo;

/// <summary>Where the errors about Gloo Mesh are born.</summary>
public static class GlooErrors
{
    /// <summary>Relay secrets are made together, so none may be there before.</summary>
    /// <param name="existing">Those that are there.</param>
    /// <returns>The error.</returns>
    public static MeshException RelaySecretsExist(IReadOnlyCollection<SecretId> existing) => new(
        "RelaySecretsExist",
        MeshErrorKind.AlreadyExists,
        $"There are relay secrets already: {string.Join(", ", existing.Take(4))}{(existing.Count > 4 ? $" and {existing.Count - 4} more" : "")}. Nothing was made. Add clusters to what is there with -AgentOnly, or make all anew with -Force; then every agent needs its new secrets.",
        existing.First());
}
