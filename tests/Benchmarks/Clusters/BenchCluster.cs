using System.Runtime.CompilerServices;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>A real API server of its own, made by tests/kubernetes; or the one in the folder that the environment names.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    /// <summary>The folder of a cluster that runs already, so that single figures are had faster.</summary>
    private const string Given = "MESHSECRETS_BENCH_CLUSTER";

    private static readonly string s_script = Path.GetFullPath(Path.Combine(ThisFolder(), "../../kubernetes/cluster.sh"));

    private readonly bool _own;
    private int _namespaces;

    private BenchCluster(string folder, bool own, string server)
    {
        (Folder, _own) = (folder, own);
        Peer = new ClusterPeer(Path.Combine(folder, "pki"), server);
    }

    /// <summary>Why there is none here, or <see langword="null"/>.</summary>
    internal static string? WhyNone =>
        new[] { "go", "bash", "pwsh", "kubectl" }.FirstOrDefault(program => ChildProcess.Find(program) is null) is { } missing ? $"there is no {missing} on PATH"
        : null;

    internal string Folder { get; }

    internal string KubeconfigPath => Path.Combine(Folder, "admin.kubeconfig");

    /// <summary>The Go program, connected to this cluster.</summary>
    internal ClusterPeer Peer { get; }

    /// <summary>Starts one; fails with what is missing where that cannot be.</summary>
    internal static async Task<BenchCluster> StartAsync()
    {
        bool own = Environment.GetEnvironmentVariable(Given) is not { Length: > 0 };
        string folder = own ? Directory.CreateTempSubdirectory("meshsecrets-bench-cluster-").FullName : Environment.GetEnvironmentVariable(Given)!;
        if (own)
        {
            await ChildProcess.RunAsync("bash", [s_script, "start", folder, "--owner", Environment.ProcessId.ToString(provider: null)]);
        }

        using KubernetesConnection connection = Connect(folder, "default");
        BenchCluster cluster = new(folder, own, connection.Server.ToString());
        await cluster.Peer.StartAsync();
        return cluster;
    }

    /// <summary>Makes a namespace without anything in it.</summary>
    internal async Task<string> NewNamespaceAsync()
    {
        string name = $"bench-{Environment.ProcessId}-{_namespaces++}";
        await Peer.AskAsync($"namespace {name}");
        return name;
    }

    /// <summary>The engine's store, in which all stands in one namespace.</summary>
    internal Task<KubernetesStore> OpenAsync(string @namespace) => OpenAsync(Folder, @namespace);

    internal static Task<KubernetesStore> OpenAsync(string folder, string @namespace) => KubernetesStore.OpenAsync(
        new KubernetesStoreOptions { Connection = Connect(folder, @namespace), Namespaces = [@namespace], MeshNamespace = @namespace },
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Peer.Dispose();
        if (_own)
        {
            await ChildProcess.RunAsync("bash", [s_script, "clean", Folder]);
        }
    }

    private static KubernetesConnection Connect(string folder, string @namespace) =>
        Kubeconfig.Load(new KubeconfigOptions { Paths = [Path.Combine(folder, "admin.kubeconfig")], Namespace = @namespace });

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
