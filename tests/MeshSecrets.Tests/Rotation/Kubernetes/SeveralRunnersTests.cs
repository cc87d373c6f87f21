using System.Collections.Concurrent;
using System.Text.Json;
using MeshSecrets.Kubernetes;
using MeshSecrets.Rotation;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Tests.Stores.Kubernetes;

namespace MeshSecrets.Tests.Rotation.Kubernetes;

/// <summary>Rotations of one namespace that are started together, each with connections of its own.</summary>
public sealed class SeveralRunnersTests(SharedCluster shared)
{
    [Fact]
    public async Task Two_that_are_started_together_issue_nothing_twice()
    {
        const int Count = 500;
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), Count);
        FaultHandler first = new(), second = new();
        await using KubernetesStore one = await rotation.OpenAsync(first), other = await rotation.OpenAsync(second);
        List<RotationItem> due = await rotation.PlanAsync(one);
        Assert.Equal(Count, due.Count);
        List<RotationItem> same = await rotation.PlanAsync(other);
        CountingIssuer issued = new();
        ConcurrentQueue<string> waited = [];
        RotationOptions options = new() { OnWaiting = waited.Enqueue };

        List<RotationResult>[] both = await Task.WhenAll(rotation.RunAsync(one, due, issued, options: options), rotation.RunAsync(other, same, issued, options: options));

        Assert.Equal((Count, 1), (issued.Total, issued.Most));
        Assert.Equal([Count, Count], new[] { RotationStatus.Renewed, RotationStatus.Superseded }.Select(status => both.Sum(results => results.Count(result => result.Status == status))));
        Assert.Contains("holds the lease meshsecrets-rotation", Assert.Single(waited), StringComparison.Ordinal);
        Assert.Contains(Environment.UserName, waited.First(), StringComparison.Ordinal);
        string[] patches = [.. first.Requests.Concat(second.Requests).Where(request => request.StartsWith("PATCH", StringComparison.Ordinal))];
        Assert.Equal(Count, patches.Length);
        Assert.Empty(await rotation.PlanAsync(one));
        IReadOnlyDictionary<string, JsonElement> now = await rotation.ReadWholeAsync();
        Assert.Equal(
            both.SelectMany(results => results).Where(result => result.Metadata is not null).Select(result => (result.Item.Secret.Id.Name, result.Metadata!.ResourceVersion)).Order(),
            now.Select(key => (key.Key, key.Value.GetProperty("metadata").GetProperty("resourceVersion").GetString()!)).Order());
        await rotation.AssertNothingLeakedAsync();
    }

    [Fact]
    public async Task A_rotation_keeps_all_connections_busy()
    {
        FaultHandler requests = new();
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 600);
        await using KubernetesStore store = await rotation.OpenAsync(requests);
        List<RotationItem> due = await rotation.PlanAsync(store);
        FaultHandler measured = new();
        await using KubernetesStore runner = await rotation.OpenAsync(measured);
        List<RotationResult> results = await rotation.RunAsync(runner, due);
        Assert.All(results, result => Assert.Equal(RotationStatus.Renewed, result.Status));
        TestContext.Current.TestOutputHelper!.WriteLine($"{measured.MeanInFlight:0.00} of {runner.MaxConcurrency} requests under way on average");
        Assert.InRange(measured.MeanInFlight, 7, (runner.MaxConcurrency * 5 / 4) + 1); // One more renews the lease.
    }

    [Fact]
    public async Task Neither_a_plan_nor_a_trial_takes_a_lease()
    {
        FaultHandler requests = new();
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 2);
        await using KubernetesStore store = await rotation.OpenAsync(requests);
        List<RotationItem> due = await rotation.PlanAsync(store);
        await ((KubernetesStore)store.DryRun).AcquireLeaseAsync("rotation", rotation.Namespace, TimeSpan.Zero, ClusterRotation.Cancel);
        Assert.All(await rotation.RunAsync((KubernetesStore)store.DryRun, due), result => Assert.Equal((RotationStatus.Renewed, null), (result.Status, result.Error?.Message)));
        Assert.Equal(2, (await rotation.PlanAsync(store)).Count);
        Assert.DoesNotContain(requests.Requests, request => request.Contains("leases", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_waits_in_vain_is_told_who_is_there_and_issues_nothing()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 3);
        await using KubernetesStore one = await rotation.OpenAsync(), other = await rotation.OpenAsync();
        List<RotationItem> due = await rotation.PlanAsync(one);
        CountingIssuer issued = new();
        await using (await one.AcquireLeaseAsync("rotation", rotation.Namespace, TimeSpan.Zero, ClusterRotation.Cancel))
        {
            List<RotationResult> results = await rotation.RunAsync(other, due, issued, options: new RotationOptions { Patience = TimeSpan.Zero });
            Assert.All(results, result => Assert.Equal((RotationStatus.Failed, "LeaseHeld"), (result.Status, result.Error!.ErrorId)));
            Assert.Contains($"'{Environment.UserName}@{Environment.MachineName}-", results[0].Error!.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, issued.Total);
        Assert.All(await rotation.RunAsync(other, due, issued), result => Assert.Equal(RotationStatus.Renewed, result.Status));
    }

    [Fact]
    public async Task A_lease_that_is_lost_stops_issuing()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 100);
        TimerClock clock = new();
        FaultHandler faults = new();
        await using KubernetesStore store = await rotation.OpenAsync(faults, change: options => options with { TimeProvider = clock });
        List<RotationItem> due = await rotation.PlanAsync(store);
        CountingIssuer issued = new();

        // The lease cannot be renewed, and its time is over after ten keys.
        faults.Choose = (request, _) => request.Method == HttpMethod.Put ? FaultHandler.Answers(403) : null;
        List<RotationResult> results = await rotation.RunAsync(store, due, issued, after: async count =>
        {
            if (count == 10)
            {
                await clock.WaitedForAsync(length => length == TimeSpan.FromSeconds(20));
                clock.Advance(TimeSpan.FromSeconds(55));
            }
        });

        Assert.Equal(100, results.Count);
        Assert.Equal(["LeaseLost"], results.Where(result => result.Status == RotationStatus.Failed).Select(result => result.Error!.ErrorId).Distinct());
        Assert.InRange(results.Count(result => result.Status == RotationStatus.Renewed), 10, 99);
        Assert.InRange(issued.Total, 10, 99);

        // What was under way when the lease was lost is renewed or not; the next run ends the work.
        await rotation.Cluster.KubectlAsync("delete", "lease", "meshsecrets-rotation", "-n", rotation.Namespace);
        await using KubernetesStore next = await rotation.OpenAsync();
        Assert.All(await rotation.RunAsync(next, await rotation.PlanAsync(next)), result => Assert.Equal(RotationStatus.Renewed, result.Status));
        Assert.Empty(await rotation.PlanAsync(next));
        await rotation.ReadWholeAsync();
    }

    [Fact]
    public async Task A_lease_that_another_takes_stops_the_work_at_the_next_renewal()
    {
        const int Before = 10;
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 60);
        TimerClock clock = new();
        FaultHandler requests = new();
        await using KubernetesStore store = await rotation.OpenAsync(requests, change: options => options with { TimeProvider = clock });
        List<RotationItem> due = await rotation.PlanAsync(store);
        int begun = 0;
        CountingIssuer issued = new() { Before = token => Interlocked.Increment(ref begun) <= Before ? Task.CompletedTask : new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromMinutes(1), token) };
        int stored = 0;

        List<RotationResult> results = await rotation.RunAsync(store, due, issued, after: async count =>
        {
            if (count == Before)
            {
                await rotation.Cluster.KubectlAsync("patch", "lease", "meshsecrets-rotation", "-n", rotation.Namespace, "--type=merge", "-p", """{"spec":{"holderIdentity":"thief"}}""");
                await clock.WaitedForAsync(length => length == TimeSpan.FromSeconds(20));
                stored = Writes();
                clock.Advance(TimeSpan.FromSeconds(20));
            }
        });

        Assert.Equal(60, results.Count);
        Assert.All(results[..Before], result => Assert.Equal(RotationStatus.Renewed, result.Status));
        Assert.All(results[Before..], result => Assert.Equal((RotationStatus.Failed, "LeaseLost"), (result.Status, result.Error?.ErrorId)));
        Assert.Equal((Before, stored), (issued.Total, Writes()));
        Assert.Equal("thief", (await rotation.LeaseAsync()).GetProperty("spec").GetProperty("holderIdentity").GetString());
        Assert.Equal(50, (await rotation.PlanAsync(store)).Count);

        int Writes() => requests.Requests.Count(request => request.StartsWith("PATCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_takes_the_results_and_fails_leaves_no_lease_behind()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 40);
        await using KubernetesStore store = await rotation.OpenAsync();
        List<RotationItem> due = await rotation.PlanAsync(store);
        await Assert.ThrowsAsync<InvalidOperationException>(() => rotation.RunAsync(store, due, after: count => count == 5 ? throw new InvalidOperationException("of the test") : Task.CompletedTask));
        Assert.False((await rotation.LeaseAsync()).GetProperty("spec").TryGetProperty("holderIdentity", out _));
        await rotation.ReadWholeAsync();
    }
}
