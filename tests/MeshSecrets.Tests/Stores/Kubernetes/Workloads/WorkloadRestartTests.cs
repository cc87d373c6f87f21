using System.Collections.Concurrent;
using MeshSecrets.Kubernetes;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Roles;
using MeshSecrets.Tests.Stores.Kubernetes.Roles;

namespace MeshSecrets.Tests.Stores.Kubernetes.Workloads;

/// <summary>Restarts on a real server with its real controllers.</summary>
public sealed class WorkloadRestartTests(SharedCluster shared)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<WorkloadKind> Kinds => [.. Enum.GetValues<WorkloadKind>()];

    [Fact]
    public async Task Each_is_restarted_when_the_one_before_is_ready()
    {
        WorkloadNamespace ns = await WorkloadNamespace.CreateAsync(shared);
        ConcurrentQueue<string> requests = [];
        await using KubernetesStore store = await ns.OpenAsync(requests.Enqueue);
        await ns.CreateAsync(WorkloadKind.Deployment, "a");
        await ns.CreateAsync(WorkloadKind.StatefulSet, "b");
        await ns.CreateAsync(WorkloadKind.DaemonSet, "c");
        IReadOnlyList<Workload> found = await store.ListWorkloadsAsync(ns.Name, Token);
        Assert.Equal(["DaemonSet c web", "Deployment a web", "StatefulSet b web"], found.Select(each => $"{each.Kind} {each.Name} {string.Join(',', each.Secrets)}"));

        Queue<string> order = new(["c", "a", "b"]);
        await foreach (WorkloadRestart restart in store.RestartAsync(found, s_patience, Token))
        {
            Assert.Equal((order.Dequeue(), WorkloadStatus.Restarted, null), (restart.Workload.Name, restart.Status, restart.Error?.ErrorId));
            Assert.All(await ns.PodsAsync(restart.Workload.Name), pod => Assert.True(pod is { IsRestarted: true, IsReady: true }));
            Assert.Equal(3 - order.Count, requests.Count(line => line.StartsWith("PATCH", StringComparison.Ordinal)));
        }

        Assert.Empty(order);
        string managers = await ns.KubectlAsync("get", "deployment", "a", "-o", "jsonpath={.metadata.managedFields[?(@.manager==\"meshsecrets\")].operation} {.spec.template.metadata.annotations}");
        Assert.StartsWith("Update {\"kubectl.kubernetes.io/restartedAt\":\"20", managers, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_is_waited_for_until_the_last_pod_is_new_and_ready(WorkloadKind kind)
    {
        WorkloadNamespace ns = await WorkloadNamespace.CreateAsync(shared);
        await using KubernetesStore store = await ns.OpenAsync();
        Workload workload = await ns.CreateAsync(kind, "w", WorkloadNamespace.CrashesWhenRestarted);
        List<string> healed = [];
        Task<List<WorkloadRestart>> restarting = RestartAsync(store, [workload], s_patience);
        await ns.FollowAsync("w", async pod =>
        {
            if (pod is { IsCrashing: true, IsReady: false, IsEnding: false })
            {
                Assert.False(restarting.IsCompleted);
                await ns.HealAsync(pod);
                healed.Add(pod.Name);
            }

            return healed.Count == 2;
        });

        Assert.Equal(WorkloadStatus.Restarted, Assert.Single(await restarting).Status);
        Assert.Equal(healed.Order(StringComparer.Ordinal), (await ns.PodsAsync("w")).Select(pod => pod.Name));
        if (kind == WorkloadKind.StatefulSet)
        {
            Assert.Equal(["w-1", "w-0"], healed);
        }
    }

    [Theory]
    [InlineData(WorkloadKind.Deployment, "pods are new")]
    [InlineData(WorkloadKind.StatefulSet, "1 of 2 pods are ready")]
    [InlineData(WorkloadKind.DaemonSet, "pods are ")]
    public async Task One_that_is_not_ready_in_time_stops_the_rest_and_one_that_cannot_be_restarted_does_not(WorkloadKind kind, string lack)
    {
        WorkloadNamespace ns = await WorkloadNamespace.CreateAsync(shared);
        await using KubernetesStore store = await ns.OpenAsync();
        Workload[] workloads =
        [
            await ns.CreateAsync(WorkloadKind.StatefulSet, "a", more: "updateStrategy: {type: OnDelete}"),
            await ns.CreateAsync(kind, "b", WorkloadNamespace.CrashesWhenRestarted),
            await ns.CreateAsync(WorkloadKind.Deployment, "c"),
        ];
        List<WorkloadRestart> restarts = await RestartAsync(store, workloads, TimeSpan.FromSeconds(3));
        Assert.Equal(["a NotRestarted WorkloadOnDelete", "b TimedOut WorkloadNotReady", "c NotRestarted "], Described(restarts));
        Assert.Contains($"{kind} {ns.Name}/b was restarted", restarts[1].Error!.Message, StringComparison.Ordinal);
        Assert.Contains(lack, restarts[1].Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await ns.PodsAsync("a"), pod => pod.IsRestarted);
        Assert.DoesNotContain(await ns.PodsAsync("c"), pod => pod.IsRestarted);
        Assert.Contains(await ns.PodsAsync("b"), pod => pod is { IsCrashing: true, IsReady: false });
    }

    [Fact]
    public async Task One_that_makes_no_progress_is_given_up_with_the_cluster_and_restarted_when_it_is_mended()
    {
        WorkloadNamespace ns = await WorkloadNamespace.CreateAsync(shared);
        await using KubernetesStore store = await ns.OpenAsync();
        Workload[] workloads =
        [
            await ns.CreateAsync(WorkloadKind.Deployment, "a", WorkloadNamespace.CrashesWhenRestarted, "progressDeadlineSeconds: 1"),
            await ns.CreateAsync(WorkloadKind.Deployment, "b"),
        ];
        List<WorkloadRestart> restarts = await RestartAsync(store, workloads, s_patience);
        Assert.Equal(["a Failed WorkloadDeadlineExceeded", "b NotRestarted "], Described(restarts));
        Assert.Contains($"Deployment {ns.Name}/a was restarted and makes no progress", restarts[0].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("1 of 2 pods are new", restarts[0].Error!.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await ns.PodsAsync("a")).Count(pod => pod is { IsReady: true, IsRestarted: false }));

        // That the cluster gave up then says nothing of the next restart.
        await ns.KubectlAsync("patch", "deployment", "a", "-p", """{"spec":{"progressDeadlineSeconds":600,"template":{"spec":{"containers":[{"name":"main","image":"runs"}]}}}}""");
        Assert.Equal(["a Restarted ", "b Restarted "], Described(await RestartAsync(store, workloads, s_patience)));
    }

    [Theory]
    [InlineData(WorkloadKind.Deployment, """ "paused":true """, "WorkloadPaused")]
    [InlineData(WorkloadKind.StatefulSet, """ "updateStrategy":{"type":"OnDelete","rollingUpdate":null} """, "WorkloadOnDelete")]
    [InlineData(WorkloadKind.DaemonSet, """ "updateStrategy":{"type":"OnDelete","rollingUpdate":null} """, "WorkloadOnDelete")]
    [InlineData(WorkloadKind.StatefulSet, """ "updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":2}} """, "WorkloadPartitioned")]
    public async Task What_the_controllers_would_not_replace_is_left_alone(WorkloadKind kind, string spec, string errorId)
    {
        WorkloadNamespace ns = await WorkloadNamespace.CreateAsync(shared);
        await using KubernetesStore store = await ns.OpenAsync();
        Workload workload = await ns.CreateAsync(kind, "w");
        Workload next = await ns.CreateAsync(WorkloadKind.Deployment, "next");
        string resource = $"{kind}/w".ToLowerInvariant();
        await ns.KubectlAsync("patch", resource, "-p", $$$"""{"spec":{{{{spec}}}}}""");
        string before = await ns.KubectlAsync("get", resource, "-o", "jsonpath={.metadata.generation}");
        Assert.Equal([$"w NotRestarted {errorId}", "next Restarted "], Described(await RestartAsync(store, [workload, next], s_patience)));
        Assert.Equal(before, await ns.KubectlAsync("get", resource, "-o", "jsonpath={.metadata.generation}"));

        // And indeed: the controller takes notice of such a change, and the pods stay.
        WorkloadNamespace.Pod[] pods = await ns.PodsAsync("w");
        await ns.KubectlAsync("patch", resource, "-p", """{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"now"}}}}}""");
        await ns.ObservedAsync(workload);
        Assert.Equal(pods, await ns.PodsAsync("w"));
    }

    [Fact]
    public async Task What_a_partition_holds_back_is_said_when_the_others_are_ready()
    {
        WorkloadNamespace ns = await WorkloadNamespace.CreateAsync(shared);
        await using KubernetesStore store = await ns.OpenAsync();
        Workload[] workloads =
        [
            await ns.CreateAsync(WorkloadKind.StatefulSet, "a", more: "updateStrategy: {rollingUpdate: {partition: 1}}"),
            await ns.CreateAsync(WorkloadKind.StatefulSet, "b"),
        ];
        List<WorkloadRestart> restarts = await RestartAsync(store, workloads, s_patience);
        Assert.Equal(["a Restarted WorkloadPartlyRestarted", "b Restarted "], Described(restarts));
        Assert.Contains("partition of 1", restarts[0].Error!.Message, StringComparison.Ordinal);
        Assert.Equal([false, true], (await ns.PodsAsync("a")).Select(pod => pod.IsRestarted));
    }

    [Theory]
    [InlineData(WorkloadKind.Deployment)]
    [InlineData(WorkloadKind.StatefulSet)]
    public async Task One_without_pods_is_restarted_at_once(WorkloadKind kind)
    {
        WorkloadNamespace ns = await WorkloadNamespace.CreateAsync(shared);
        await using KubernetesStore store = await ns.OpenAsync();
        Workload workload = await ns.CreateAsync(kind, "w", WorkloadNamespace.CrashesWhenRestarted);
        await ns.KubectlAsync("scale", $"{kind}/w", "--replicas=0");
        Assert.Equal(["w Restarted "], Described(await RestartAsync(store, [workload], s_patience)));
    }

    [Fact]
    public async Task A_trial_restarts_nothing_and_what_is_gone_is_said()
    {
        WorkloadNamespace ns = await WorkloadNamespace.CreateAsync(shared);
        await using KubernetesStore store = await ns.OpenAsync();
        await ns.CreateAsync(WorkloadKind.Deployment, "a");
        IWorkloadStore trial = Assert.IsAssignableFrom<IWorkloadStore>(store.DryRun);
        Assert.Equal([WorkloadStatus.Restarted], (await RestartAsync(trial, await trial.ListWorkloadsAsync(ns.Name, Token), s_patience)).Select(each => each.Status));
        Assert.Equal("1", await ns.KubectlAsync("get", "deployment", "a", "-o", "jsonpath={.metadata.generation}"));

        WorkloadRestart gone = Assert.Single(await RestartAsync(store, [new Workload(WorkloadKind.Deployment, ns.Name, "gone", [])], s_patience));
        Assert.Equal((WorkloadStatus.Failed, "WorkloadNotFound"), (gone.Status, gone.Error?.ErrorId));
        Assert.Equal("WorkloadNotFound", (await Assert.ThrowsAsync<MeshException>(() => store.GetWorkloadAsync(WorkloadKind.DaemonSet, ns.Name, "gone", Token))).ErrorId);
    }

    [Fact]
    public async Task The_permissions_of_the_role_are_enough_and_each_is_needed()
    {
        await using RoleCluster cluster = await RoleCluster.CreateAsync(shared);
        WorkloadNamespace ns = new(cluster.Cluster, cluster.Namespace);
        Workload workload = await ns.CreateAsync(WorkloadKind.Deployment, "a");
        StoreRole bare = new("Restart", "Restarts alone.", [StoreRoles.Workloads]);
        KubernetesStore able = await cluster.UserAsync(bare);
        Assert.Equal([WorkloadStatus.Restarted], (await RestartAsync(able, await able.ListWorkloadsAsync(ns.Name, Token), s_patience)).Select(each => each.Status));

        foreach (string verb in StoreRoles.Workloads.Verbs)
        {
            KubernetesStore store = await cluster.UserAsync(bare with { Rules = [StoreRoles.Workloads with { Verbs = StoreRoles.Workloads.Verbs.Remove(verb) }] });
            MeshException? refused = verb == "list"
                ? await Assert.ThrowsAsync<MeshException>(() => store.ListWorkloadsAsync(ns.Name, Token))
                : Assert.Single(await RestartAsync(store, [workload], s_patience)).Error;
            Assert.Equal("KubernetesForbidden", refused?.ErrorId);
            Assert.Contains($"may not {verb} ", refused!.Message, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Described(IEnumerable<WorkloadRestart> restarts) => restarts.Select(each => $"{each.Workload.Name} {each.Status} {each.Error?.ErrorId}");

    private static async Task<List<WorkloadRestart>> RestartAsync(IWorkloadStore store, IEnumerable<Workload> workloads, TimeSpan patience)
    {
        List<WorkloadRestart> restarts = [];
        await foreach (WorkloadRestart restart in store.RestartAsync(workloads, patience, Token))
        {
            restarts.Add(restart);
        }

        return restarts;
    }
}
