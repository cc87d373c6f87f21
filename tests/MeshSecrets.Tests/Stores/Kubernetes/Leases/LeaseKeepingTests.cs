using MeshSecrets.Kubernetes;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;

namespace MeshSecrets.Tests.Stores.Kubernetes.Leases;

/// <summary>A lease that is held: when it is renewed, when it is lost, and how it is given back.</summary>
public sealed class LeaseKeepingTests(SharedCluster shared)
{
    private static readonly TimeSpan s_third = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancel => LeaseNamespace.Cancel;

    [Fact]
    public async Task It_is_renewed_at_each_third_of_its_life()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new();
        FaultHandler requests = new();
        await using KubernetesStore store = await at.OpenAsync(clock, requests);
        await using IStoreLease lease = await at.AcquireAsync(store);
        string? holder = await at.HolderAsync();
        DateTimeOffset start = clock.GetUtcNow();
        for (int round = 1; round <= 5; round++)
        {
            await PassAsync(clock, s_third);
            await clock.WaitedForAsync(length => length == s_third);
            Assert.Equal(round, Renewals(requests));
            Assert.InRange((await at.SpecAsync()).GetProperty("renewTime").GetDateTimeOffset() - start, s_third * round - TimeSpan.FromMilliseconds(1), s_third * round);
        }

        Assert.Equal((holder, 0, 60), (await at.HolderAsync(), (await at.SpecAsync()).GetProperty("leaseTransitions").GetInt32(), (await at.SpecAsync()).GetProperty("leaseDurationSeconds").GetInt32()));
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task One_renewal_that_fails_is_repeated_soon_and_loses_nothing()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new();
        FaultHandler faults = new();
        await using KubernetesStore store = await at.OpenAsync(clock, faults);
        await using IStoreLease lease = await at.AcquireAsync(store);
        faults.Choose = (request, _) => IsRenewal(request) ? FaultHandler.Answers(403) : null;
        await PassAsync(clock, s_third);
        await clock.WaitedForAsync(length => length == s_soon);
        faults.Choose = (_, _) => null;
        await PassAsync(clock, s_soon);
        await clock.WaitedForAsync(length => length == s_third);
        Assert.Equal(2, Renewals(faults));

        // Its time counts from the renewal on: what would have been its end is none.
        await PassAsync(clock, s_third);
        await clock.WaitedForAsync(length => length == s_third);
        await PassAsync(clock, s_third);
        await clock.WaitedForAsync(length => length == s_third);
        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.NotNull(await at.HolderAsync());
    }

    [Fact]
    public async Task When_all_renewals_fail_it_is_lost_before_its_life_is_over_and_not_earlier()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new();
        FaultHandler faults = new();
        await using KubernetesStore store = await at.OpenAsync(clock, faults);
        await using IStoreLease lease = await at.AcquireAsync(store);
        faults.Choose = (request, _) => IsRenewal(request) ? FaultHandler.Answers(403) : null;
        DateTimeOffset start = clock.GetUtcNow();
        await PassAsync(clock, s_third);
        while (clock.GetUtcNow() - start < TimeSpan.FromSeconds(45))
        {
            await clock.WaitedForAsync(length => length == s_soon);
            Assert.False(lease.Lost.IsCancellationRequested);
            clock.Advance(s_soon);
        }

        await clock.WaitedForAsync(length => length == s_soon);
        Assert.False(lease.Lost.IsCancellationRequested);
        clock.Advance(s_soon);
        await LostAsync(lease);
        Assert.Equal(6, Renewals(faults));
    }

    [Fact]
    public async Task A_server_that_no_longer_answers_loses_it_too()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new();
        FaultHandler faults = new();
        TaskCompletionSource hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using KubernetesStore store = await at.OpenAsync(clock, faults);
        IStoreLease lease = await at.AcquireAsync(store);
        faults.Choose = (request, _) => !IsRenewal(request) ? null : async (_, token) =>
        {
            hangs.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        };
        await PassAsync(clock, s_third);
        await hangs.Task.WaitAsync(Cancel);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(lease.Lost.IsCancellationRequested);
        clock.Advance(TimeSpan.FromSeconds(1));
        await LostAsync(lease);

        // What is lost is not given back: another may hold it.
        await lease.DisposeAsync();
        Assert.NotNull(await at.HolderAsync());
    }

    [Fact]
    public async Task Who_took_it_from_us_is_noticed_at_the_next_renewal_and_left_alone()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new();
        await using KubernetesStore store = await at.OpenAsync(clock);
        IStoreLease lease = await at.AcquireAsync(store);
        await at.PatchAsync(new { holderIdentity = "thief" });
        await PassAsync(clock, s_third);
        await LostAsync(lease);
        await lease.DisposeAsync();
        Assert.Equal("thief", await at.HolderAsync());
    }

    [Fact]
    public async Task Notes_of_others_on_it_take_nothing_from_us()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new();
        await using KubernetesStore store = await at.OpenAsync(clock);
        IStoreLease lease = await at.AcquireAsync(store);
        await at.Cluster.KubectlAsync("annotate", "lease", "meshsecrets-rotation", "-n", at.Namespace, "example.com/note=seen");
        await PassAsync(clock, s_third);
        await clock.WaitedForAsync(length => length == s_third);
        Assert.False(lease.Lost.IsCancellationRequested);
        await lease.DisposeAsync();
        Assert.Null(await at.HolderAsync());
        Assert.Contains("example.com/note", await at.Cluster.KubectlAsync("get", "lease", "meshsecrets-rotation", "-n", at.Namespace, "-o", "jsonpath={.metadata.annotations}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_removed_is_lost()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new();
        await using KubernetesStore store = await at.OpenAsync(clock);
        await using IStoreLease lease = await at.AcquireAsync(store);
        await at.Cluster.KubectlAsync("delete", "lease", "meshsecrets-rotation", "-n", at.Namespace);
        await PassAsync(clock, s_third);
        await LostAsync(lease);
    }

    [Fact]
    public async Task It_is_given_back_once_however_often_it_is_disposed()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        FaultHandler requests = new();
        await using KubernetesStore store = await at.OpenAsync(faults: requests);
        IStoreLease lease = await at.AcquireAsync(store);
        Assert.NotNull(await at.HolderAsync());
        await lease.DisposeAsync();
        Assert.Null(await at.HolderAsync());
        await lease.DisposeAsync();
        Assert.Equal(1, Renewals(requests));
    }

    private static bool IsRenewal(HttpRequestMessage request) => request.Method == HttpMethod.Put;

    private static int Renewals(FaultHandler requests) => requests.Requests.Count(request => request.StartsWith("PUT", StringComparison.Ordinal));

    private static async Task PassAsync(TimerClock clock, TimeSpan time)
    {
        await clock.WaitedForAsync(length => length == time);
        clock.Advance(time);
    }

    private static async Task LostAsync(IStoreLease lease)
    {
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = lease.Lost.Register(lost.SetResult);
        await lost.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }
}
