using System.Diagnostics;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Examples;

public sealed class QuickstartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_quickstart_verifies_all_it_made_and_leaves_the_users_home_alone()
    {
        string home = _folder.Combine("home");
        string work = _folder.Combine("work");
        Directory.CreateDirectory(home);
        Directory.CreateDirectory(work);
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Quickstart.dll"), work])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = home, ["XDG_CONFIG_HOME"] = home, ["XDG_DATA_HOME"] = home, ["DOTNET_EnableDiagnostics"] = "0" },
        };

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        string text = await output + await errors;
        Assert.True(process.ExitCode == 0, text);
        Assert.Equal(5, text.Split("\nRenewed ").Length - 1);
        Assert.Contains("BEGIN CERTIFICATE", File.ReadAllText(Path.Combine(work, "trust-bundle.pem")), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home));
    }
}
