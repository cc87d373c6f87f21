namespace MeshSecrets.Commands;

/// <summary>
/// Brings what a store says of its requests to the cmdlet whose work makes them. A store is shared by the cmdlets, runspaces
/// and completers of the process, so that it cannot know whom to tell; the flow of the work does.
/// </summary>
internal static class RequestLog
{
    private static readonly AsyncLocal<Action<string>?> s_listener = new();

    /// <summary>From here on, in this work and what it starts, lines go to a listener.</summary>
    /// <param name="listener">Called from any thread; <see langword="null"/> for nobody.</param>
    internal static void Listen(Action<string>? listener) => s_listener.Value = listener;

    /// <summary>Says a line to whoever listens to the work that this is a part of.</summary>
    /// <param name="line">The line; never a secret.</param>
    internal static void Tell(string line) => s_listener.Value?.Invoke(line);
}
