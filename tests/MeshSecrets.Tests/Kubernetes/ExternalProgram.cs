using System.Diagnostics;

namespace MeshSecrets.Kubernetes;

/// <summary>Programs beside the tests, run to their end; none outlives the token.</summary>
internal static class ExternalProgram
{
    /// <summary>Runs a program; a code other than 0 is the caller's to judge.</summary>
    internal static async Task<(int ExitCode, string Output, string Errors)> TryRunAsync(
        string program, IEnumerable<string> arguments, string? input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Runs a program that must succeed, and gives what it printed.</summary>
    internal static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string? input, CancellationToken cancellationToken)
    {
        (int exitCode, string output, string errors) = await TryRunAsync(program, arguments, input, cancellationToken);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}: {errors}{output}");
        return output;
    }
}
