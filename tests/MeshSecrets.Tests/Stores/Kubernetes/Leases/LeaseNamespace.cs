using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MeshSecrets.Kubernetes;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes.Leases;

/// <summary>A namespace of a real cluster, and the lease of rotations there, as other clients see and change it.</summary>
internal sealed class LeaseNamespace
{
    private LeaseNamespace(TestCluster cluster, string @namespace) => (Cluster, Namespace) = (cluster, @namespace);

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal TestCluster Cluster { get; }

    internal string Namespace { get; }

    private string Collection => $"/apis/coordination.k8s.io/v1/namespaces/{Namespace}/leases";

    private string Path => $"{Collection}/meshsecrets-rotation";

    internal static async Task<LeaseNamespace> CreateAsync(SharedCluster shared)
    {
        TestCluster cluster = await shared.GetAsync();
        return new LeaseNamespace(cluster, await cluster.CreateNamespaceAsync());
    }

    /// <summary>A runner with a clock, connections and faults of its own.</summary>
    internal Task<KubernetesStore> OpenAsync(TimeProvider? clock = null, FaultHandler? faults = null)
    {
        KubernetesStoreOptions options = new()
        {
            Connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [Cluster.KubeconfigPath], Namespace = Namespace }),
            TimeProvider = clock ?? TimeProvider.System,
        };
        return KubernetesStore.OpenAsync(
            options,
            handler =>
            {
                if (faults is not null)
                {
                    faults.InnerHandler = handler;
                }

                return faults ?? handler;
            },
            Cancel);
    }

    internal Task<IStoreLease> AcquireAsync(KubernetesStore store, TimeSpan patience = default, CancellationToken? stop = null) =>
        store.AcquireLeaseAsync("rotation", Namespace, patience, stop ?? Cancel);

    internal async Task<JsonElement> SpecAsync() => (await Cluster.Http.GetFromJsonAsync<JsonElement>(Path, Cancel)).GetProperty("spec");

    /// <returns>Who holds it, or <see langword="null"/>.</returns>
    internal async Task<string?> HolderAsync() => (await SpecAsync()).TryGetProperty("holderIdentity", out JsonElement holder) ? holder.GetString() : null;

    /// <summary>Another product's runner writes itself in, and what it takes for the time.</summary>
    internal async Task CreateForeignAsync(string holder, int seconds, DateTimeOffset renewed)
    {
        using HttpResponseMessage answer = await Cluster.Http.PostAsJsonAsync(
            Collection,
            new
            {
                apiVersion = "coordination.k8s.io/v1",
                kind = "Lease",
                metadata = new { name = "meshsecrets-rotation" },
                spec = new { holderIdentity = holder, leaseDurationSeconds = seconds, acquireTime = Format(renewed), renewTime = Format(renewed), leaseTransitions = 7 },
            },
            Cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As kubectl patch does.</summary>
    internal async Task PatchAsync(object spec)
    {
        using StringContent body = new(JsonSerializer.Serialize(new { spec }), Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json"));
        using HttpResponseMessage answer = await Cluster.Http.PatchAsync(Path, body, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    internal Task RenewForeignAsync(DateTimeOffset renewed) => PatchAsync(new { renewTime = Format(renewed) });

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
