using MeshSecrets.Kubernetes;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;

namespace MeshSecrets.Tests.Stores.Kubernetes.Leases;

/// <summary>Who gets a lease, and when: by what is seen of the other holder, never by the times that it wrote.</summary>
public sealed class LeaseTakingTests(SharedCluster shared)
{
    private static CancellationToken Cancel => LeaseNamespace.Cancel;

    [Theory]
    [InlineData(-600)]
    [InlineData(0)]
    [InlineData(600)]
    public async Task Whose_clock_is_wrong_loses_it_after_a_lifes_silence_and_not_before(int skew)
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new() { Skips = length => length <= TimeSpan.FromSeconds(2) };
        await at.CreateForeignAsync("other", 15, clock.GetUtcNow().AddSeconds(skew));
        await using KubernetesStore store = await at.OpenAsync(clock);
        MeshException held = await Assert.ThrowsAsync<MeshException>(() => at.AcquireAsync(store, TimeSpan.FromSeconds(14)));
        Assert.Equal("LeaseHeld", held.ErrorId);
        Assert.Contains("'other' holds the lease meshsecrets-rotation", held.Message, StringComparison.Ordinal);
        Assert.Contains("loses it 15 s after", held.Message, StringComparison.Ordinal);

        DateTimeOffset start = clock.GetUtcNow();
        await using (await at.AcquireAsync(store, TimeSpan.FromMinutes(1)))
        {
            Assert.InRange((clock.GetUtcNow() - start).TotalSeconds, 15, 17);
            Assert.NotEqual("other", await at.HolderAsync());
            Assert.Equal(8, (await at.SpecAsync()).GetProperty("leaseTransitions").GetInt32());
        }
    }

    [Theory]
    [InlineData(-600)]
    [InlineData(600)]
    public async Task Who_renews_keeps_it_however_wrong_its_clock_is(int skew)
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new() { Skips = length => length <= TimeSpan.FromSeconds(2) };
        await at.CreateForeignAsync("other", 15, clock.GetUtcNow().AddSeconds(skew));
        int looks = 0;
        FaultHandler requests = new();
        requests.Choose = (request, _) => request.Method != HttpMethod.Get || !IsLease(request) ? null : async (send, _) =>
        {
            // After every fifth look, that is after ten seconds, and forty times.
            if (++looks % 5 == 0 && looks <= 200)
            {
                await at.RenewForeignAsync(clock.GetUtcNow().AddSeconds(skew));
            }

            return await send();
        };
        await using KubernetesStore store = await at.OpenAsync(clock, requests);
        DateTimeOffset start = clock.GetUtcNow();
        await using IStoreLease taken = await at.AcquireAsync(store, TimeSpan.FromHours(1));
        Assert.InRange((clock.GetUtcNow() - start).TotalSeconds, 400, 420);
    }

    [Fact]
    public async Task Of_many_at_once_one_gets_it_when_there_is_none_and_when_it_is_free()
    {
        const int Count = 8;
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        MeetingPoint taking = new(0);
        KubernetesStore[] stores = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => OpenAsync()));
        for (int round = 0; round < 3; round++)
        {
            taking = new MeetingPoint(Count); // All look before the first one takes.
            object[] outcomes = await Task.WhenAll(stores.Select(TryAsync));
            IStoreLease won = Assert.Single(outcomes.OfType<IStoreLease>());
            Assert.Equal(Count - 1, outcomes.OfType<MeshException>().Count(error => error.ErrorId == "LeaseHeld"));
            Assert.Equal(round, (await at.SpecAsync()).GetProperty("leaseTransitions").GetInt32());
            await won.DisposeAsync();
        }

        await Task.WhenAll(stores.Select(store => store.DisposeAsync().AsTask()));

        Task<KubernetesStore> OpenAsync()
        {
            FaultHandler requests = new();
            requests.Choose = (request, _) => request.Method == HttpMethod.Get || !IsLease(request) ? null : async (send, _) =>
            {
                await taking.MeetAsync();
                return await send();
            };
            return at.OpenAsync(faults: requests);
        }

        async Task<object> TryAsync(KubernetesStore store)
        {
            try
            {
                return await at.AcquireAsync(store);
            }
            catch (MeshException e)
            {
                return e;
            }
        }
    }

    [Fact]
    public async Task What_is_given_back_is_taken_at_the_next_look()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new();
        await using KubernetesStore one = await at.OpenAsync(), other = await at.OpenAsync(clock);
        IStoreLease first = await at.AcquireAsync(one);
        Task<IStoreLease> second = at.AcquireAsync(other, TimeSpan.FromMinutes(5));
        await clock.WaitedForAsync(length => length == TimeSpan.FromSeconds(2));
        await first.DisposeAsync();
        clock.Advance(TimeSpan.FromSeconds(2));
        await using IStoreLease taken = await second.WaitAsync(Cancel);
        Assert.False(taken.Lost.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_taking_whose_answer_was_lost_is_recognized(bool isNew)
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        FaultHandler faults = new();
        await using KubernetesStore store = await at.OpenAsync(faults: faults);
        if (!isNew)
        {
            await (await at.AcquireAsync(store)).DisposeAsync();
        }

        HttpMethod? struck = isNew ? HttpMethod.Post : HttpMethod.Put;
        faults.Choose = (request, _) => request.Method == struck && (struck = null) is null ? FaultHandler.CutsAfterDoing() : null;
        await using (await at.AcquireAsync(store))
        {
            Assert.Null(struck);
            Assert.Equal(isNew ? 0 : 1, (await at.SpecAsync()).GetProperty("leaseTransitions").GetInt32());
        }

        Assert.Null(await at.HolderAsync());
    }

    [Fact]
    public async Task Who_is_stopped_while_it_waits_writes_nothing()
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        TimerClock clock = new();
        FaultHandler requests = new();
        await at.CreateForeignAsync("other", 15, clock.GetUtcNow());
        await using KubernetesStore store = await at.OpenAsync(clock, requests);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<IStoreLease> waiting = at.AcquireAsync(store, TimeSpan.FromMinutes(5), stop.Token);
        await clock.WaitedForAsync(length => length == TimeSpan.FromSeconds(2));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.DoesNotContain(requests.Requests, request => request.Contains("/leases", StringComparison.Ordinal) && !request.StartsWith("GET", StringComparison.Ordinal));
        Assert.Equal("other", await at.HolderAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_stopped_while_it_takes_it_gives_it_back(bool isNew)
    {
        LeaseNamespace at = await LeaseNamespace.CreateAsync(shared);
        FaultHandler faults = new();
        await using KubernetesStore store = await at.OpenAsync(faults: faults);
        if (!isNew)
        {
            await (await at.AcquireAsync(store)).DisposeAsync();
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        HttpMethod? struck = isNew ? HttpMethod.Post : HttpMethod.Put;
        faults.Choose = (request, _) => request.Method != struck || (struck = null) is not null ? null : async (send, token) =>
        {
            using HttpResponseMessage done = await send();
            Assert.NotNull(await at.HolderAsync());
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return done;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => at.AcquireAsync(store, TimeSpan.FromMinutes(5), stop.Token));
        Assert.Null(struck);
        Assert.Null(await at.HolderAsync());
    }

    private static bool IsLease(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.Contains("/leases", StringComparison.Ordinal);

    /// <summary>Where the first so many wait for each other; later ones pass.</summary>
    private sealed class MeetingPoint(int count)
    {
        private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = count;

        internal Task MeetAsync()
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _met.SetResult();
            }

            return _met.Task;
        }
    }
}
