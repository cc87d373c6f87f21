using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MeshSecrets.Benchmarks.Measuring;

namespace MeshSecrets.Benchmarks.Issuing;

/// <summary>The program in the folder go: it issues with crypto/x509 and says what it cost.</summary>
internal sealed class GoPeer : IDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private GoPeer(DirectoryInfo folder, Process process)
    {
        _folder = folder;
        _process = process;
    }

    /// <summary>Builds and starts the peer; <see langword="null"/> if there is no Go on this machine.</summary>
    internal static async Task<GoPeer?> StartAsync()
    {
        if (ChildProcess.Find("go") is not { } go)
        {
            return null;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("meshsecrets-go-");
        string program = Path.Combine(folder.FullName, "issue");
        await ChildProcess.RunAsync(go, ["build", "-o", program, "."], folder: SourceFolder());
        return new GoPeer(folder, Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true })!);
    }

    /// <summary>Microseconds of CPU for each certificate.</summary>
    internal async Task<double> PerOperationAsync(int count)
    {
        await _process.StandardInput.WriteLineAsync(count.ToString(CultureInfo.InvariantCulture));
        await _process.StandardInput.FlushAsync();
        return double.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "../go");
}
