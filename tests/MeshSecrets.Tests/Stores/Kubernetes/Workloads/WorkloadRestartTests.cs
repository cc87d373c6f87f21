using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;
using MeshSecrets.Kubernetes;
using MeshSecrets.Meshes.Kubernetes.Roles;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Stores.Kubernetes.Roles;
using MeshSecrets.Tests.Stores.Kubernetes.Roles;

namespace MeshSecrets.Tests.Stores.Kubernetes.Workloads;

/// <summary>Restarts on a real server, where the test plays the controllers' part.</summary>
public sealed class WorkloadRestartTests(SharedCluster shared)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_is_restarted_when_the_one_before_is_ready()
    {
        TestCluster cluster = await shared.GetAsync();
        string ns = await cluster.CreateNamespaceAsync();
        Channel<string> requests = Channel.CreateUnbounded<string>();
        await using KubernetesStore store = await OpenAsync(cluster.KubeconfigPath, ns, line => requests.Writer.TryWrite(line));
        await CreateAsync(cluster, ns, "Deployment", "a");
        await CreateAsync(cluster, ns, "StatefulSet", "b");
        await CreateAsync(cluster, ns, "DaemonSet", "c");
        IReadOnlyList<Workload> found = await store.ListWorkloadsAsync(ns, Token);
        Assert.Equal(["DaemonSet c web", "Deployment a web", "StatefulSet b web"], found.Select(each => $"{each.Kind} {each.Name} {string.Join(',', each.Secrets)}"));

        List<string> order = [];
        Task playing = PlayAsync();
        await foreach (WorkloadRestart restart in store.RestartAsync(found, s_patience, Token))
        {
            order.Add($"{restart.Workload.Name}: {restart.Status}");
        }

        requests.Writer.Complete();
        await playing;
        Assert.Equal(["patched c", "c: Restarted", "patched a", "a: Restarted", "patched b", "b: Restarted"], order);
        string managers = await cluster.KubectlAsync("get", "deployment", "a", "-n", ns, "-o", "jsonpath={.metadata.managedFields[?(@.manager==\"meshsecrets\")].operation} {.spec.template.metadata.annotations}");
        Assert.StartsWith("Update {\"kubectl.kubernetes.io/restartedAt\":\"20", managers, StringComparison.Ordinal);

        // A controller says that it has seen a change, then that all pods are new.
        async Task PlayAsync()
        {
            await foreach (string line in requests.Reader.ReadAllAsync(Token))
            {
                if (line.StartsWith("PATCH", StringComparison.Ordinal))
                {
                    string path = line.Split(' ', ':')[1];
                    order.Add($"patched {path[^1]}");
                    await StateAsync(cluster, path, Ready(2));
                }
            }
        }
    }

    [Fact]
    public async Task One_that_is_not_ready_in_time_stops_the_rest_and_one_that_cannot_be_restarted_does_not()
    {
        TestCluster cluster = await shared.GetAsync();
        string ns = await cluster.CreateNamespaceAsync();
        await using KubernetesStore store = await OpenAsync(cluster.KubeconfigPath, ns);
        await CreateAsync(cluster, ns, "Deployment", "a", "paused: true");
        await CreateAsync(cluster, ns, "Deployment", "b");
        await CreateAsync(cluster, ns, "Deployment", "c");

        List<WorkloadRestart> restarts = await RestartAsync(store, await store.ListWorkloadsAsync(ns, Token), TimeSpan.FromMilliseconds(1));
        Assert.Equal(["a NotRestarted WorkloadPaused", "b TimedOut WorkloadNotReady", "c NotRestarted "], restarts.Select(each => $"{each.Workload.Name} {each.Status} {each.Error?.ErrorId}"));
        Assert.Contains("its controller has not taken notice of the restart", restarts[1].Error!.Message, StringComparison.Ordinal);
        Assert.Equal("1 2 1", await GenerationsAsync(cluster, ns));

        await StateAsync(cluster, $"/apis/apps/v1/namespaces/{ns}/deployments/b", """{"observedGeneration":99,"conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded"}]}""");
        restarts = await RestartAsync(store, restarts.Skip(1).Select(each => each.Workload), s_patience);
        Assert.Equal(["b Failed WorkloadDeadlineExceeded", "c NotRestarted "], restarts.Select(each => $"{each.Workload.Name} {each.Status} {each.Error?.ErrorId}"));
    }

    [Fact]
    public async Task A_trial_restarts_nothing_and_what_is_gone_is_said()
    {
        TestCluster cluster = await shared.GetAsync();
        string ns = await cluster.CreateNamespaceAsync();
        await using KubernetesStore store = await OpenAsync(cluster.KubeconfigPath, ns);
        await CreateAsync(cluster, ns, "Deployment", "a");
        IWorkloadStore trial = Assert.IsAssignableFrom<IWorkloadStore>(store.DryRun);
        Assert.Equal([WorkloadStatus.Restarted], (await RestartAsync(trial, await trial.ListWorkloadsAsync(ns, Token), s_patience)).Select(each => each.Status));
        Assert.Equal("1", await GenerationsAsync(cluster, ns));

        WorkloadRestart gone = Assert.Single(await RestartAsync(store, [new Workload(WorkloadKind.Deployment, ns, "gone", [])], s_patience));
        Assert.Equal((WorkloadStatus.Failed, "WorkloadNotFound"), (gone.Status, gone.Error?.ErrorId));
        Assert.Equal("WorkloadNotFound", (await Assert.ThrowsAsync<MeshException>(() => store.GetWorkloadAsync(WorkloadKind.DaemonSet, ns, "gone", Token))).ErrorId);
    }

    [Fact]
    public async Task The_permissions_of_the_role_are_enough_and_each_is_needed()
    {
        await using RoleCluster cluster = await RoleCluster.CreateAsync(shared);
        string ns = cluster.Namespace;
        await CreateAsync(cluster.Cluster, ns, "Deployment", "a");
        await StateAsync(cluster.Cluster, $"/apis/apps/v1/namespaces/{ns}/deployments/a", Ready(99));
        StoreRole bare = new("Restart", "Restarts alone.", [StoreRoles.Workloads]);
        KubernetesStore able = await cluster.UserAsync(bare);
        Assert.Equal([WorkloadStatus.Restarted], (await RestartAsync(able, await able.ListWorkloadsAsync(ns, Token), s_patience)).Select(each => each.Status));

        foreach (string verb in StoreRoles.Workloads.Verbs)
        {
            KubernetesStore store = await cluster.UserAsync(bare with { Rules = [StoreRoles.Workloads with { Verbs = StoreRoles.Workloads.Verbs.Remove(verb) }] });
            MeshException? refused = verb == "list"
                ? await Assert.ThrowsAsync<MeshException>(() => store.ListWorkloadsAsync(ns, Token))
                : Assert.Single(await RestartAsync(store, [new Workload(WorkloadKind.Deployment, ns, "a", [])], s_patience)).Error;
            Assert.Equal("KubernetesForbidden", refused?.ErrorId);
            Assert.Contains($"may not {verb} ", refused!.Message, StringComparison.Ordinal);
        }
    }

    private static string Ready(int generation) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"observedGeneration":{{generation}},"replicas":1,"updatedReplicas":1,"availableReplicas":1,"readyReplicas":1,"currentReplicas":1,"currentNumberScheduled":1,"numberMisscheduled":0,"numberReady":1,"desiredNumberScheduled":1,"updatedNumberScheduled":1,"numberAvailable":1}""");

    private static async Task<KubernetesStore> OpenAsync(string kubeconfig, string ns, Action<string>? onRequest = null) =>
        await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [kubeconfig], Namespace = ns }), OnRequest = onRequest }, Token);

    private static async Task<List<WorkloadRestart>> RestartAsync(IWorkloadStore store, IEnumerable<Workload> workloads, TimeSpan patience)
    {
        List<WorkloadRestart> restarts = [];
        await foreach (WorkloadRestart restart in store.RestartAsync(workloads, patience, Token))
        {
            restarts.Add(restart);
        }

        return restarts;
    }

    private static Task<string> CreateAsync(TestCluster cluster, string ns, string kind, string name, string more = "") => cluster.KubectlAsync(
        ["create", "-f", "-"],
        $"""
        apiVersion: apps/v1
        kind: {kind}
        metadata:
          name: {name}
          namespace: {ns}
        spec:
          {(kind == "StatefulSet" ? "serviceName: none" : more)}
          selector:
            matchLabels:
              app: {name}
          template:
            metadata:
              labels:
                app: {name}
            spec:
              containers:
              - name: main
                image: none
              volumes:
              - name: tls
                secret:
                  secretName: web
        """);

    private static async Task StateAsync(TestCluster cluster, string path, string status)
    {
        using StringContent body = new($$"""{"status":{{status}}}""", Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json"));
        using HttpResponseMessage answer = await cluster.Http.PatchAsync($"{path}/status", body, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private static Task<string> GenerationsAsync(TestCluster cluster, string ns) =>
        cluster.KubectlAsync("get", "deployments", "-n", ns, "-o", "jsonpath={.items[*].metadata.generation}");
}
