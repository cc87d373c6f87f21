using System.Runtime.CompilerServices;
using MeshSecrets.Kubernetes;

namespace MeshSecrets.PowerShell;

/// <summary>The tests in PowerShell, one case a file, against the module as it was just built.</summary>
public sealed class PesterSuite(ITestOutputHelper output, SharedCluster clusters)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private static readonly string s_folder = Path.GetFullPath(Path.Combine(ThisFolder(), "../../Pester"));

    public static TheoryData<string> Files =>
        new(Directory.EnumerateFiles(s_folder, "*.Tests.ps1").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Passes(string file)
    {
        Assert.SkipUnless(PowerShellHost.Exists, "There is no pwsh on PATH; PowerShell 7.6 runs these tests.");
        string? pester = await PowerShellHost.PesterAsync();
        Assert.SkipWhen(pester is null, "pwsh has no Pester 5.4 or later: Install-PSResource Pester.");

        string? kubeconfig = await KubeconfigForAsync(file);

        DirectoryInfo home = Directory.CreateTempSubdirectory("meshsecrets-pester-");
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(s_limit);
            (int exitCode, string text) = await PowerShellHost.RunAsync(
                ["-File", Path.Combine(s_folder, "Invoke-PesterFile.ps1"), Path.Combine(s_folder, file), pester],
                EnvironmentIn(home.FullName, kubeconfig),
                limit.Token);
            Assert.True(exitCode == 0, text);
            output.WriteLine(text);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    // Those that say by their name that they are about Kubernetes do nothing without a cluster; others skip what needs one.
    private async Task<string?> KubeconfigForAsync(string file)
    {
        bool isAbout = file.StartsWith("Kubernetes", StringComparison.Ordinal);
        bool uses = isAbout || (await File.ReadAllTextAsync(Path.Combine(s_folder, file))).Contains("Kubernetes.Cluster.ps1", StringComparison.Ordinal);
        return isAbout || (uses && SharedCluster.IsPossible) ? (await clusters.GetAsync()).KubeconfigPath : null;
    }

    // Nothing of the user's is read or written: neither profile nor configuration nor default store.
    private static Dictionary<string, string> EnvironmentIn(string home, string? kubeconfig) => new()
    {
        ["HOME"] = home,
        ["USERPROFILE"] = home,
        ["XDG_CONFIG_HOME"] = Path.Combine(home, "config"),
        ["XDG_DATA_HOME"] = Path.Combine(home, "data"),
        ["XDG_CACHE_HOME"] = Path.Combine(home, "cache"),
        ["MESHSECRETS_STORE"] = Path.Combine(home, "store"),
        ["KUBECONFIG"] = "",
        ["MESHSECRETS_TEST_KUBECONFIG"] = kubeconfig ?? "",
        ["MESHSECRETS_TEST_KUBERNETES"] = Path.GetDirectoryName(ClusterPrograms.Folder)!,
        ["TMPDIR"] = home,
        ["NO_COLOR"] = "1",
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
    };

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
