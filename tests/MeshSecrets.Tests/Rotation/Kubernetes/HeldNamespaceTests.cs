using MeshSecrets.Kubernetes;
using MeshSecrets.Rotation;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Tests.Stores.Kubernetes;

namespace MeshSecrets.Tests.Rotation.Kubernetes;

/// <summary>Rotations over several namespaces, in some of which another runner is.</summary>
public sealed class HeldNamespaceTests(SharedCluster shared)
{
    private static CancellationToken Cancel => ClusterRotation.Cancel;

    [Fact]
    public async Task Where_nobody_is_comes_before_the_wait_and_who_is_done_first_is_waited_for_first()
    {
        ClusterRotation[] rotations = await CreateAsync(keys: 5, namespaces: 4);
        await using KubernetesStore store = await rotations[0].OpenAsync(), other = await rotations[0].OpenAsync();
        List<RotationItem> due = await PlanAsync(rotations, store);
        IStoreLease first = await other.AcquireLeaseAsync("rotation", rotations[0].Namespace, TimeSpan.Zero, Cancel);
        IStoreLease third = await other.AcquireLeaseAsync("rotation", rotations[2].Namespace, TimeSpan.Zero, Cancel);
        List<RotationResult> results = [];
        List<(string Said, int Done)> waits = [];
        RotationOptions options = new() { OnWaiting = said => waits.Add((said, results.Count)) };
        await foreach (RotationResult result in RotateAsync(store, due, options))
        {
            results.Add(result);
            switch (results.Count)
            {
                case 10: await third.DisposeAsync(); break;
                case 15: await first.DisposeAsync(); break;
            }
        }

        Assert.All(results, result => Assert.Equal((RotationStatus.Renewed, null), (result.Status, result.Error?.Message)));
        string[] order = [.. results.Select(result => result.Item.Secret.Id.Namespace!)];
        Assert.Equal(new[] { rotations[1].Namespace, rotations[3].Namespace }.Order(), order[..10].Distinct().Order());
        Assert.Equal([rotations[2].Namespace, rotations[0].Namespace], order[10..].Distinct());
        Assert.Equal([10, 10], waits.Select(wait => wait.Done));
        Assert.All(waits, wait => Assert.Contains("holds the lease meshsecrets-rotation", wait.Said, StringComparison.Ordinal));
        Assert.Equal(20, results.Select(result => result.Item.Secret.Id).Distinct().Count());
        await AssertFreeAsync(rotations);
    }

    [Fact]
    public async Task Patience_is_spent_once_for_all()
    {
        ClusterRotation[] rotations = await CreateAsync(keys: 2, namespaces: 4);
        TimerClock clock = new();
        await using KubernetesStore store = await rotations[0].OpenAsync(change: options => options with { TimeProvider = clock }), other = await rotations[0].OpenAsync();
        List<RotationItem> due = await PlanAsync(rotations, store);
        IStoreLease[] held = [.. await Task.WhenAll(rotations[..3].Select(each => other.AcquireLeaseAsync("rotation", each.Namespace, TimeSpan.Zero, Cancel)))];
        clock.Skips = length => length <= TimeSpan.FromSeconds(2);
        DateTimeOffset start = clock.GetUtcNow();
        List<RotationResult> results = [];
        await foreach (RotationResult result in RotateAsync(store, due, new RotationOptions { Patience = TimeSpan.FromSeconds(30) }))
        {
            results.Add(result);
        }

        Assert.Equal([RotationStatus.Renewed, RotationStatus.Renewed], results[..2].Select(result => result.Status));
        Assert.All(results[2..], result => Assert.Equal((RotationStatus.Failed, "LeaseHeld"), (result.Status, result.Error!.ErrorId)));
        Assert.Equal(8, results.Count);
        Assert.InRange((clock.GetUtcNow() - start).TotalSeconds, 30, 35);
        await Task.WhenAll(held.Select(lease => lease.DisposeAsync().AsTask()));
        await AssertFreeAsync(rotations);
    }

    [Fact]
    public async Task Who_leaves_waits_for_nobody()
    {
        ClusterRotation[] rotations = await CreateAsync(keys: 2, namespaces: 2);
        await using KubernetesStore store = await rotations[0].OpenAsync(), other = await rotations[0].OpenAsync();
        List<RotationItem> due = await PlanAsync(rotations, store);
        await using IStoreLease held = await other.AcquireLeaseAsync("rotation", rotations[0].Namespace, TimeSpan.Zero, Cancel);
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        int done = 0;
        Task running = RunAsync();
        await waits.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20), Cancel));
        Assert.Equal(2, done);
        await held.DisposeAsync();
        await AssertFreeAsync(rotations);

        async Task RunAsync()
        {
            await foreach (RotationResult result in RotateAsync(store, due, new RotationOptions { OnWaiting = _ => waits.SetResult() }, stop.Token))
            {
                Assert.Equal(RotationStatus.Renewed, result.Status);
                done++;
            }
        }
    }

    private static IAsyncEnumerable<RotationResult> RotateAsync(KubernetesStore store, IReadOnlyList<RotationItem> due, RotationOptions options, CancellationToken? stop = null) =>
        new LeafRotation(store, new(store, TimeProvider.System), TimeProvider.System).RunAsync(due, options, stop ?? Cancel);

    private static async Task<List<RotationItem>> PlanAsync(ClusterRotation[] rotations, KubernetesStore store)
    {
        List<RotationItem> due = [];
        foreach (ClusterRotation rotation in rotations)
        {
            due.AddRange(await rotation.PlanAsync(store));
        }

        return due;
    }

    private static async Task AssertFreeAsync(ClusterRotation[] rotations)
    {
        foreach (ClusterRotation rotation in rotations)
        {
            Assert.False((await rotation.LeaseAsync()).GetProperty("spec").TryGetProperty("holderIdentity", out _));
        }
    }

    private async Task<ClusterRotation[]> CreateAsync(int keys, int namespaces)
    {
        ClusterRotation[] rotations = new ClusterRotation[namespaces];
        for (int i = 0; i < namespaces; i++)
        {
            rotations[i] = await ClusterRotation.CreateAsync(await shared.GetAsync(), keys);
        }

        return rotations;
    }
}
