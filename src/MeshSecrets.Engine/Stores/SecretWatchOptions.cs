namespace MeshSecrets.Stores;

/// <summary>What a watch tells beside changes.</summary>
public sealed record SecretWatchOptions
{
    /// <summary>Whether what is there already is told first, each as <see cref="SecretChangeKind.Present"/>.</summary>
    public bool IncludePresent { get; init; }

    /// <summary>Told in words of breaks, and how the watch went on. Called from any thread; never a secret.</summary>
    public Action<string>? OnBreak { get; init; }

    /// <summary>Told in words of a watch that breaks again and again, once, and when it goes on. Called from any thread; never a secret.</summary>
    public Action<string>? OnTrouble { get; init; }
}
