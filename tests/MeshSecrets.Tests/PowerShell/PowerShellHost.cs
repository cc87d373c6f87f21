using System.Diagnostics;

namespace MeshSecrets.PowerShell;

/// <summary>The pwsh of this machine and its Pester, found once, with the environment as it is.</summary>
internal static class PowerShellHost
{
    private static readonly Lazy<Task<string?>> s_pester = new(FindPesterAsync);

    /// <summary>The manifest of the newest Pester, or <see langword="null"/> without pwsh or without Pester 5 or later.</summary>
    internal static Task<string?> PesterAsync() => s_pester.Value;

    /// <summary>Whether there is a pwsh on PATH.</summary>
    internal static bool Exists { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh")));

    /// <summary>Runs pwsh to its end; it does not outlive the token.</summary>
    internal static async Task<(int ExitCode, string Output)> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("pwsh", ["-NoProfile", "-NonInteractive", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<string?> FindPesterAsync()
    {
        if (!Exists)
        {
            return null;
        }

        const string Find = "(Get-Module Pester -ListAvailable | Where-Object Version -ge 5.4 | Sort-Object Version)[-1].Path";
        (_, string output) = await RunAsync(["-Command", Find], new Dictionary<string, string> { ["NO_COLOR"] = "1" }, CancellationToken.None);
        string path = output.Trim();
        return File.Exists(path) ? path : null;
    }
}
