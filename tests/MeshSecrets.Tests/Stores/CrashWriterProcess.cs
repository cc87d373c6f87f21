using System.Diagnostics;
using System.Globalization;

namespace MeshSecrets.Tests.Stores;

/// <summary>Another process that writes to a store.</summary>
internal sealed class CrashWriterProcess : IDisposable
{
    private readonly Process _process;

    internal CrashWriterProcess(string command, StoreFixture fixture, int number, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "CrashWriter.dll"),
                command,
                fixture.StorePath,
                fixture.Options.KeyFolder,
                number.ToString(CultureInfo.InvariantCulture),
            },
        };
        Array.ForEach(environment, variable => start.Environment[variable.Name] = variable.Value);
        _process = Process.Start(start)!;
    }

    /// <summary>Reads so many acknowledgements, kills the process a moment later, and reads what it had still said.</summary>
    /// <returns>The last acknowledged number, or -1.</returns>
    internal async Task<int> KillAfterAsync(int acknowledgements, int spins)
    {
        int last = -1;
        for (int i = 0; i < acknowledgements && await _process.StandardOutput.ReadLineAsync() is { } line; i++)
        {
            last = int.Parse(line, CultureInfo.InvariantCulture);
        }

        Assert.False(_process.HasExited, _process.HasExited ? await _process.StandardError.ReadToEndAsync() : "");
        Thread.SpinWait(spins);
        _process.Kill();
        string[] rest = (await _process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await _process.WaitForExitAsync();
        return rest.Length == 0 ? last : int.Parse(rest[^1], CultureInfo.InvariantCulture);
    }

    /// <returns>What the process says while it fails.</returns>
    internal async Task<string> FailAsync()
    {
        string errors = await _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync();
        Assert.NotEqual(0, _process.ExitCode);
        return errors;
    }

    internal async Task EndAsync()
    {
        string errors = await _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync();
        Assert.True(_process.ExitCode == 0, errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
