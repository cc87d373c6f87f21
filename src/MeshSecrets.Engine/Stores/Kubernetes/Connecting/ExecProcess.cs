using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Runs a credential plugin once.</summary>
internal static class ExecProcess
{
    private const int MaxOutput = 1024 * 1024;
    private const int MaxComplaint = 600;
    private const string Seen = "what it said is in the terminal";

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it wrote, which holds the credential: it goes into no message.</returns>
    /// <exception cref="MeshException"><c>KubernetesExecNotFound</c>, <c>KubernetesExecFailed</c>, <c>KubernetesExecTimedOut</c>, <c>KubernetesExecInvalid</c>, <c>KubernetesExecInteractive</c>.</exception>
    internal static async Task<string> RunAsync(ExecPlugin plugin, CancellationToken cancellationToken)
    {
        bool terminal = plugin.NeedsTerminal;
        using Process process = Start(plugin, terminal);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(plugin.Timeout);
        try
        {
            Task<string> output = ReadAsync(process.StandardOutput, MaxOutput, limit.Token);
            Task<string> complaint = terminal ? Task.FromResult(Seen) : ReadAsync(process.StandardError, MaxOutput, limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            string answer = await output.ConfigureAwait(false);
            string said = await complaint.ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw ConnectionErrors.ExecFailed(plugin.Place, plugin.Command, process.ExitCode, Redaction.Mask(said, MaxComplaint), plugin.InstallHint);
            }

            return answer.Length < MaxOutput ? answer : throw ConnectionErrors.ExecOutputInvalid(plugin.Place, plugin.Command, "it is longer than a credential is");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw ConnectionErrors.ExecTimedOut(plugin.Place, plugin.Command, plugin.Timeout);
        }
    }

    private static Process Start(ExecPlugin plugin, bool terminal)
    {
        if (terminal && (Console.IsInputRedirected || !Environment.UserInteractive))
        {
            throw ConnectionErrors.ExecNeedsTerminal(plugin.Place, plugin.Command);
        }

        string program = Find(plugin) ?? throw ConnectionErrors.ExecNotFound(plugin.Place, plugin.Command, plugin.InstallHint, inner: null);
        ProcessStartInfo start = new(program, plugin.Arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = plugin.Folder,
            RedirectStandardInput = !terminal,
            RedirectStandardOutput = true,
            // What it asks for has to be seen.
            RedirectStandardError = !terminal,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = terminal ? null : Encoding.UTF8,
        };
        foreach ((string name, string value) in plugin.Variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = plugin.Info(terminal);
        try
        {
            Process process = Process.Start(start)!;
            if (!terminal)
            {
                process.StandardInput.Close();
            }

            return process;
        }
        catch (Win32Exception e)
        {
            throw ConnectionErrors.ExecNotFound(plugin.Place, plugin.Command, plugin.InstallHint, e);
        }
    }

    /// <summary>The program's path, as a shell would find it: on Windows with each of the extensions of programs.</summary>
    private static string? Find(ExecPlugin plugin)
    {
        string[] extensions = OperatingSystem.IsWindows() && !Path.HasExtension(plugin.Command)
            ? (plugin.Environment("PATHEXT") ?? ".EXE;.CMD;.BAT").Split(';', StringSplitOptions.RemoveEmptyEntries)
            : [string.Empty];
        string[] folders = Path.IsPathRooted(plugin.Command)
            ? [string.Empty]
            : (plugin.Environment("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders
            .SelectMany(folder => extensions.Select(extension => Path.Combine(folder, plugin.Command + extension)))
            .FirstOrDefault(File.Exists);
    }

    private static async Task<string> ReadAsync(StreamReader reader, int limit, CancellationToken cancellationToken)
    {
        StringBuilder text = new();
        char[] buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            // Read to the end even so: a plugin whose pipe is full would never end.
            text.Append(buffer, 0, Math.Min(read, limit - text.Length));
        }

        Array.Clear(buffer);
        return text.ToString();
    }
}
