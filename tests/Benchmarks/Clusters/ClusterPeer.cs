using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MeshSecrets.Benchmarks.Measuring;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>The program in the folder go/cluster, which speaks to an API server with Go's standard library.</summary>
/// <param name="keys">The folder of authority, certificate and key.</param>
/// <param name="server">The API server's address.</param>
internal sealed class ClusterPeer(string keys, string server) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshsecrets-go-");
    private Process? _process;

    internal async Task StartAsync()
    {
        string program = Path.Combine(_folder.FullName, "cluster");
        string go = ChildProcess.Find("go") ?? throw new InvalidOperationException("There is no go on PATH.");
        await ChildProcess.RunAsync(go, ["build", "-o", program, "./cluster"], folder: SourceFolder());
        _process = Process.Start(new ProcessStartInfo(program, [keys, server]) { RedirectStandardInput = true, RedirectStandardOutput = true });
    }

    /// <summary>Gives it a command.</summary>
    /// <returns>The numbers that it answers; none for <c>ok</c>.</returns>
    internal async Task<double[]> AskAsync(string command)
    {
        await _process!.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        string answer = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The peer failed at: {command}");
        return answer == "ok" ? [] : [.. answer.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    public void Dispose()
    {
        _process?.StandardInput.Close();
        _process?.WaitForExit();
        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "../go");
}
