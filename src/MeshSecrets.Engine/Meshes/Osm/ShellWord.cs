using System.Buffers;

namespace MeshSecrets.Meshes.Osm;

/// <summary>Words of a POSIX shell's command line.</summary>
internal static class ShellWord
{
    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+");

    /// <summary>A value as the shell leaves it: bare if nothing in it means something to the shell, else in single quotes.</summary>
    internal static string Quote(string value) =>
        value.Length > 0 && !value.AsSpan().ContainsAnyExcept(s_plain) ? value : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
