using System.Runtime.CompilerServices;
using MeshSecrets.Benchmarks.Measuring;

namespace MeshSecrets.Benchmarks.PowerShell;

/// <summary>The pwsh of this machine and the module of this checkout.</summary>
internal static class Host
{
    internal static bool Exists { get; } = ChildProcess.Find("pwsh") is not null;

    internal static string Manifest { get; } = Path.GetFullPath(Path.Combine(ThisFolder(), "../../../MeshSecrets.psd1"));

    /// <summary>Runs a script; nothing of the user's is read or written.</summary>
    internal static Task<ChildProcess> RunAsync(string script, string home) => ChildProcess.RunAsync(
        "pwsh",
        ["-NoProfile", "-NonInteractive", "-Command", script],
        new Dictionary<string, string>
        {
            ["HOME"] = home,
            ["XDG_CONFIG_HOME"] = Path.Combine(home, "config"),
            ["XDG_DATA_HOME"] = Path.Combine(home, "data"),
            ["XDG_CACHE_HOME"] = Path.Combine(home, "cache"),
            ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
            ["POWERSHELL_UPDATECHECK"] = "Off",
        });

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
