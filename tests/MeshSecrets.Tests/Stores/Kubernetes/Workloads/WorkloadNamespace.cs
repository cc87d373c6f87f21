using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MeshSecrets.Kubernetes;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes.Workloads;

/// <summary>A namespace of a cluster whose own controllers make the pods of workloads; what runs in them is played by tests/kubernetes/nodes.sh.</summary>
internal sealed class WorkloadNamespace(TestCluster cluster, string name)
{
    internal const string Runs = "runs";
    internal const string CrashesWhenRestarted = "crashes-when-restarted";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal string Name => name;

    internal static async Task<WorkloadNamespace> CreateAsync(SharedCluster shared)
    {
        TestCluster cluster = await shared.GetAsync();
        Assert.SkipUnless(cluster.HasPlayedNodes, "This needs a cluster that the tests started, whose nodes play what runs on them.");
        return new(cluster, await cluster.CreateNamespaceAsync());
    }

    internal Task<KubernetesStore> OpenAsync(Action<string>? onRequest = null) =>
        KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [cluster.KubeconfigPath], Namespace = name }), OnRequest = onRequest }, Token);

    /// <summary>A workload that reads the secret web: two pods, ready.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="workload">Its name.</param>
    /// <param name="image">What its pods do.</param>
    /// <param name="more">More of its spec.</param>
    internal async Task<Workload> CreateAsync(WorkloadKind kind, string workload, string image = Runs, string more = "")
    {
        string own = kind switch { WorkloadKind.StatefulSet => "serviceName: none\n  replicas: 2", WorkloadKind.Deployment => "replicas: 2", _ => "" };
        await cluster.KubectlAsync(
            ["create", "-f", "-"],
            $$"""
            apiVersion: apps/v1
            kind: {{kind}}
            metadata: { name: {{workload}}, namespace: {{name}} }
            spec:
              {{own}}
              {{more}}
              selector: { matchLabels: { app: {{workload}} } }
              template:
                metadata: { labels: { app: {{workload}} } }
                spec:
                  containers: [{ name: main, image: {{image}} }]
                  volumes: [{ name: tls, secret: { secretName: web } }]
            """);
        HashSet<string> ready = [];
        await FollowAsync(workload, pod => Task.FromResult(pod.IsReady && ready.Add(pod.Name) && ready.Count == 2));
        return new Workload(kind, name, workload, ["web"]);
    }

    /// <summary>The pods of a workload that are not about to end, by name.</summary>
    internal async Task<Pod[]> PodsAsync(string workload)
    {
        JsonElement list = await cluster.Http.GetFromJsonAsync<JsonElement>($"{PathOf(workload)}", Token);
        return [.. list.GetProperty("items").EnumerateArray().Select(Pod.Of).Where(pod => !pod.IsEnding).OrderBy(pod => pod.Name, StringComparer.Ordinal)];
    }

    /// <summary>Hands over each pod of a workload, and each again that changes, until enough is seen.</summary>
    internal async Task FollowAsync(string workload, Func<Pod, Task<bool>> isEnough)
    {
        using Stream events = await cluster.Http.GetStreamAsync($"{PathOf(workload)}&watch=1", Token);
        using StreamReader reader = new(events);
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            using JsonDocument change = JsonDocument.Parse(line);
            if (change.RootElement.GetProperty("type").GetString() != "DELETED" && await isEnough(Pod.Of(change.RootElement.GetProperty("object"))))
            {
                return;
            }
        }

        Assert.Fail($"The watch of the pods of {workload} ended.");
    }

    /// <summary>Waits until the controller has taken notice of the present state of a workload.</summary>
    internal async Task ObservedAsync(Workload workload)
    {
        using Stream events = await cluster.Http.GetStreamAsync($"/apis/apps/v1/namespaces/{name}/{workload.Kind.ToString().ToLowerInvariant()}s?watch=1&fieldSelector=metadata.name%3D{workload.Name}", Token);
        using StreamReader reader = new(events);
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            using JsonDocument change = JsonDocument.Parse(line);
            JsonElement found = change.RootElement.GetProperty("object");
            if (found.GetProperty("status").TryGetProperty("observedGeneration", out JsonElement observed) && observed.GetInt64() == found.GetProperty("metadata").GetProperty("generation").GetInt64())
            {
                return;
            }
        }

        Assert.Fail($"The watch of {workload} ended.");
    }

    /// <summary>What a pod's program did not manage, it does now.</summary>
    internal async Task HealAsync(Pod pod)
    {
        using StringContent body = new(
            $$$"""{"metadata":{"uid":"{{{pod.Uid}}}"},"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"{{{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}}}"}]}}""",
            Encoding.UTF8,
            new MediaTypeHeaderValue("application/strategic-merge-patch+json"));
        using HttpResponseMessage answer = await cluster.Http.PatchAsync($"/api/v1/namespaces/{name}/pods/{pod.Name}/status", body, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    internal Task<string> KubectlAsync(params string[] arguments) => cluster.KubectlAsync([.. arguments, "-n", name]);

    private string PathOf(string workload) => $"/api/v1/namespaces/{name}/pods?labelSelector=app%3D{workload}";

    /// <summary>A pod.</summary>
    internal sealed record Pod(string Name, string Uid, bool IsRestarted, bool IsReady, bool IsCrashing, bool IsEnding)
    {
        internal static Pod Of(JsonElement pod)
        {
            JsonElement metadata = pod.GetProperty("metadata"), status = pod.GetProperty("status");
            return new(
                metadata.GetProperty("name").GetString()!,
                metadata.GetProperty("uid").GetString()!,
                metadata.TryGetProperty("annotations", out JsonElement annotations) && annotations.TryGetProperty("kubectl.kubernetes.io/restartedAt", out _),
                status.TryGetProperty("conditions", out JsonElement conditions)
                    && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True"),
                status.GetRawText().Contains("CrashLoopBackOff", StringComparison.Ordinal),
                metadata.TryGetProperty("deletionTimestamp", out _));
        }
    }
}
