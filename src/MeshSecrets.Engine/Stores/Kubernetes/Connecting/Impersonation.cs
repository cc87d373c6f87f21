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

    /// <summary>Whether each part can be said in a header without changing its meaning, or becoming another header.</summary>
    /// <exception cref="MeshException"><c>KubernetesImpersonationInvalid</c>.</exception>
    internal void EnsureValid()
    {
        Ensure("user's name", User);
        foreach (string group in Groups)
        {
            Ensure("name of a group", group);
        }

        if (Uid is { } uid)
        {
            Ensure("user's unique ID", uid);
        }

        foreach ((string key, IReadOnlyList<string> values) in Extra)
        {
            // Names are percent-encoded, so that they may have letters of all languages.
            if (key.Length == 0 || key.Any(char.IsControl))
            {
                throw ConnectionErrors.ImpersonationInvalid("name of a further attribute");
            }

            foreach (string value in values)
            {
                Ensure("value of a further attribute", value);
            }
        }
    }

    private static void Ensure(string what, string text)
    {
        if (text.Length == 0 || text[0] == ' ' || text[^1] == ' ' || text.Any(character => character is < ' ' or > '~'))
        {
            throw ConnectionErrors.ImpersonationInvalid(what);
        }
    }
}
