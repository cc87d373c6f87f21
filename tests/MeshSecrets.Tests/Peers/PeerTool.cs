using System.Diagnostics;

namespace MeshSecrets.Tests.Peers;

/// <summary>Runs other people's tools (openssl, keytool, …) in a folder of its own; a test is skipped where one is absent.</summary>
internal sealed class PeerTool : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _program;

    private PeerTool(string program)
    {
        _program = program;
        Folder = Directory.CreateTempSubdirectory("meshsecrets-").FullName;
    }

    /// <summary>The folder in which the tool runs.</summary>
    internal string Folder { get; }

    /// <summary>The tool, or the test is skipped with the reason.</summary>
    internal static PeerTool Demand(string name)
    {
        string? program = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, $"{name} is not on this machine.");
        return new(program);
    }

    /// <summary>A path in <see cref="Folder"/>.</summary>
    internal string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file into <see cref="Folder"/>.</summary>
    internal void Write(string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(PathOf(name), content);

    /// <summary>Reads a file of <see cref="Folder"/>.</summary>
    internal byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>Runs the tool and demands success.</summary>
    /// <param name="arguments">Separated by single spaces.</param>
    /// <returns>What it wrote to standard output and error.</returns>
    internal string Run(string arguments) => RunArguments(arguments.Split(' '));

    /// <summary>Runs the tool with arguments that may hold spaces, and demands success.</summary>
    internal string RunArguments(params string[] arguments)
    {
        (int exitCode, string output) = Start(arguments);
        Assert.True(exitCode == 0, $"{_program} {string.Join(' ', arguments)} failed: {output}");
        return output;
    }

    /// <summary>Runs the tool to see whether it can do something at all.</summary>
    internal bool TryRun(params string[] arguments) => Start(arguments).ExitCode == 0;

    private (int ExitCode, string Output) Start(string[] arguments)
    {
        ProcessStartInfo start = new(_program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(s_patience), $"{_program} {string.Join(' ', arguments)} does not end.");
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
