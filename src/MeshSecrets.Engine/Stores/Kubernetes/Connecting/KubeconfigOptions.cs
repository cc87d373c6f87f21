namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Which kubeconfig is read, and what of it is meant.</summary>
public sealed record KubeconfigOptions
{
    /// <summary>The files, each of which must be there. Without any, those in <c>KUBECONFIG</c>, else <c>~/.kube/config</c>.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The context; <see langword="null"/> for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The usual namespace; <see langword="null"/> for the context's.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whom to act for; <see langword="null"/> for what the kubeconfig's user says.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>How long a credential plugin may take, a login in a browser included.</summary>
    public TimeSpan PluginTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The folder in which <c>.kube/config</c> lies.</summary>
    public string HomeFolder { get; init; } = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);

    /// <summary>The folder from which relative paths in <c>KUBECONFIG</c> and in <see cref="Paths"/> count, and in which credential plugins run.</summary>
    public string CurrentFolder { get; init; } = System.Environment.CurrentDirectory;
}
