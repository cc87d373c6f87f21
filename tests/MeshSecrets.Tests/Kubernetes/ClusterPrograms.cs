using System.Runtime.CompilerServices;

namespace MeshSecrets.Kubernetes;

/// <summary>Where the programs of a cluster and the scripts that make and start one are.</summary>
internal static class ClusterPrograms
{
    /// <summary>tests/kubernetes/cluster.sh.</summary>
    internal static string Script { get; } = Path.GetFullPath(Path.Combine(ThisFolder(), "../../kubernetes/cluster.sh"));

    /// <summary>The folder that tests/kubernetes/setup.sh fills; the same rule as there.</summary>
    internal static string Folder { get; } = Path.Combine(Root(), "bin");

    /// <summary>kubectl of that folder, or else the one on PATH.</summary>
    internal static string Kubectl { get; } = File.Exists(Path.Combine(Folder, "kubectl")) ? Path.Combine(Folder, "kubectl") : "kubectl";

    /// <summary>The cluster that the user names for the tests, if any.</summary>
    internal static string? GivenKubeconfig { get; } = Variable("MESHSECRETS_TEST_KUBECONFIG");

    /// <summary>Why no cluster can be started here, or <see langword="null"/>.</summary>
    internal static string? WhyNone =>
        !OperatingSystem.IsLinux() ? "A cluster for tests is started on Linux only; MESHSECRETS_TEST_KUBECONFIG may name one that runs."
        : File.Exists(Path.Combine(Folder, "kube-controller-manager")) ? null
        : $"There is no Kubernetes in {Folder}: run tests/kubernetes/setup.sh, or name a cluster in MESHSECRETS_TEST_KUBECONFIG.";

    /// <summary>Skips the test, with the reason, where no cluster can be started.</summary>
    internal static void SkipIfMissing() => Assert.SkipUnless(WhyNone is null, WhyNone ?? "");

    private static string Root() => Variable("MESHSECRETS_TEST_KUBERNETES") ?? Path.Combine(Cache(), "meshsecrets", "kubernetes");

    private static string Cache() =>
        Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
