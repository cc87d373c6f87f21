using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MeshSecrets.Benchmarks.Measuring;

/// <summary>A process that is measured as a whole: what it wrote, its CPU time (its own children's included) and its time on the clock.</summary>
internal sealed record ChildProcess(string Output, TimeSpan Cpu, TimeSpan Wall)
{
    private const int ChildrenOfThisProcess = -1;

    /// <summary>The full path of a program on PATH, or <see langword="null"/>.</summary>
    internal static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end; one process at a time, else their CPU times mix.</summary>
    internal static async Task<ChildProcess> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string folder = "")
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        TimeSpan cpu = CpuOfChildren();
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        TimeSpan wall = Stopwatch.GetElapsedTime(begin);
        return process.ExitCode == 0
            ? new ChildProcess(output.Trim(), CpuOfChildren() - cpu, wall)
            : throw new InvalidOperationException($"{program} failed with {process.ExitCode}: {output}{await errors}");
    }

    /// <summary>Runs this program once more in a process of its own, to do one piece of work.</summary>
    internal static Task<ChildProcess> RunSelfAsync(params string[] arguments) =>
        RunAsync("dotnet", [typeof(ChildProcess).Assembly.Location, ChildWork.Switch, .. arguments]);

    private static unsafe TimeSpan CpuOfChildren()
    {
        // struct rusage begins with two timevals (user, system), each seconds and microseconds; Linux fills 18 words.
        long* usage = stackalloc long[32];
        if (GetResourceUsage(ChildrenOfThisProcess, usage) != 0)
        {
            throw new InvalidOperationException($"getrusage failed with {Marshal.GetLastPInvokeError()}.");
        }

        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [DllImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern unsafe int GetResourceUsage(int who, long* usage);
}
