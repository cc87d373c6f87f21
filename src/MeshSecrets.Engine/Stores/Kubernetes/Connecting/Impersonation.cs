namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// Whom requests are made for: the server checks that the credential may impersonate, and then acts as if the other had
/// asked. See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation.
/// </summary>
public sealed record Impersonation
{
    /// <summary>The user's name; for a service account <c>system:serviceaccount:namespace:name</c>.</summary>
    public required string User { get; init; }

    /// <summary>The groups the user is taken to be in. Without any, the server takes none but its own implied ones.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The user's unique ID; needs Kubernetes 1.22.</summary>
    public string? Uid { get; init; }

    /// <summary>Further attributes of the user, each with one or more values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
