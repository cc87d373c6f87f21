using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>Which of the relay's secrets a subject is, by its name, or that of its file or folder.</summary>
internal static class RelayRole
{
    private static readonly (string Sign, string Name)[] s_signs =
    [
        ("relay-client", RelaySecretName.Client),
        ("relay-server", RelaySecretName.Server),
        ("relay-tls-signing", RelaySecretName.Signing),
        ("relay-root", RelaySecretName.Root),
        ("relay-identity-token", RelaySecretName.Token),
    ];

    /// <summary>The name of the secret that it is, or <see langword="null"/> if nothing tells.</summary>
    internal static string? Of(RuleSubject subject) => subject.Secret is { } secret
        ? RelaySecretName.TryParse(secret.Id.Name)
        : Array.Find(s_signs, sign => subject.Target.Contains(sign.Sign, StringComparison.Ordinal)).Name;

    internal static bool Is(RuleSubject subject, string name) => Of(subject) == name;

    /// <summary>Server or client: a leaf that connects.</summary>
    internal static bool Connects(RuleSubject subject) => Of(subject) is RelaySecretName.Client or RelaySecretName.Server;

    /// <summary>The others of a name.</summary>
    internal static IEnumerable<RuleSubject> Others(RuleSubject subject, string name) => subject.Context.Others.With(Of, name);
}
