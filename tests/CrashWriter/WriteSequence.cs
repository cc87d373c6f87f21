namespace MeshSecrets.CrashWriter;

/// <summary>
/// An endless sequence of writes that follows from their numbers alone, so whoever knows how many happened knows what
/// the store must hold.
/// </summary>
public static class WriteSequence
{
    private const int Names = 7;

    /// <summary>The secrets that a write puts; its number is the value. Empty if it removes one.</summary>
    public static IReadOnlyList<string> Puts(int number) => number switch
    {
        _ when number % 11 == 10 => [],
        _ when number % 5 == 4 => [Name(number), Name(number + 1), Name(number + 3)],
        _ => [Name(number)],
    };

    /// <summary>The secret that a write removes, if it is there.</summary>
    public static string? Removes(int number) => number % 11 == 10 ? Name(number) : null;

    /// <summary>Applies a write to a picture of the store.</summary>
    public static void Apply(int number, IDictionary<string, int> state)
    {
        if (Removes(number) is { } removed)
        {
            state.Remove(removed);
        }

        foreach (string name in Puts(number))
        {
            state[name] = number;
        }
    }

    private static string Name(int number) => $"s{number * 3 % Names}";
}
