using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes.Watching;
using static MeshSecrets.Stores.SecretChangeKind;
using Kind = MeshSecrets.Watching.CertificateEventKind;

namespace MeshSecrets.Watching;

/// <summary>What a change of a secret is for its certificate, and what time alone makes of it.</summary>
public sealed class CertificateWatchTests
{
    private static readonly DateTimeOffset s_start = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly HandClock _clock = new(s_start);
    private readonly ChangesByHand _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_told_for_what_it_is_to_the_certificate()
    {
        Tell(Present, "there", "A", days: 30);
        Tell(Added, "new", "B", days: 30);
        Tell(Changed, "new", "B", days: 30);
        Tell(Changed, "new", "C", days: 60);
        Tell(Added, "empty", null);
        Tell(Changed, "empty", null);
        Tell(Changed, "empty", "D", days: 30);
        Tell(Changed, "empty", null);
        Tell(Removed, "new", null);
        Tell(Removed, "there", "A", days: 30);
        _store.End();

        List<CertificateEvent> events = await ReadAllAsync(new CertificateWatchOptions { IncludePresent = true });

        Assert.Equal(
            [
                (Kind.Present, "there", "A", null), (Kind.Issued, "new", "B", null), (Kind.Changed, "new", "B", null), (Kind.Rotated, "new", "C", "B"),
                (Kind.Issued, "empty", "D", null), (Kind.Removed, "empty", "D", null), (Kind.Removed, "new", "C", null), (Kind.Removed, "there", "A", null),
            ],
            events.Select(each => (each.Kind, each.Id.Name, each.Thumbprint, each.FormerThumbprint)));
        Assert.Equal(s_start.AddDays(60), events[6].NotAfter);
        Assert.Equal([SecretType.Tls, SecretType.CertificateAuthority], _store.Asked!.Types);
    }

    [Fact]
    public async Task A_certificate_is_told_as_expiring_once_when_it_is_due()
    {
        await using Told<CertificateEvent> told = Watch(new RotationPolicy { Before = TimeSpan.FromDays(10) });
        Tell(Present, "late", "A", days: 30);
        Tell(Present, "soon", "B", days: 20);
        await UntilIdleAsync();

        await MoveAsync(TimeSpan.FromDays(9.9));
        Assert.True(told.IsEmpty);
        await MoveAsync(TimeSpan.FromDays(0.2));
        CertificateEvent expiring = await told.NextAsync();
        Assert.Equal((Kind.Expiring, "soon", "B", s_start.AddDays(20)), (expiring.Kind, expiring.Id.Name, expiring.Thumbprint, expiring.NotAfter));

        // Seen once more, in whatever way, it is not told again.
        Tell(Changed, "soon", "B", days: 20);
        Assert.Equal(Kind.Changed, (await told.NextAsync()).Kind);
        await MoveAsync(TimeSpan.FromDays(10));
        Assert.Equal((Kind.Expiring, "late"), await NextAsync(told));
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task What_is_renewed_in_time_is_not_told_and_its_successor_has_its_own_day()
    {
        await using Told<CertificateEvent> told = Watch(new RotationPolicy { Before = TimeSpan.FromDays(10) });
        Tell(Present, "web", "A", days: 20);
        await UntilIdleAsync();
        Tell(Changed, "web", "B", days: 40);
        Assert.Equal((Kind.Rotated, "web"), await NextAsync(told));
        await MoveAsync(TimeSpan.FromDays(29));
        Assert.True(told.IsEmpty);
        await MoveAsync(TimeSpan.FromDays(2));
        CertificateEvent expiring = await told.NextAsync();
        Assert.Equal((Kind.Expiring, "B"), (expiring.Kind, expiring.Thumbprint));
    }

    [Fact]
    public async Task What_is_expiring_or_over_already_is_told_at_the_start()
    {
        await using Told<CertificateEvent> told = Watch(new RotationPolicy());
        Tell(Present, "over", "A", days: -1);
        Tell(Present, "due", "B", days: 1);
        Tell(Present, "fresh", "C", days: 1000);

        Assert.Equal([(Kind.Expiring, "over"), (Kind.Expiring, "due")], [await NextAsync(told), await NextAsync(told)]);
        await UntilIdleAsync();
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task What_is_removed_is_never_told_as_expiring()
    {
        await using Told<CertificateEvent> told = Watch(new RotationPolicy { Before = TimeSpan.FromDays(10) });
        Tell(Present, "gone", "A", days: 20);
        Tell(Removed, "gone", null);
        Tell(Present, "other", "B", days: 21);
        Assert.Equal((Kind.Removed, "gone"), await NextAsync(told));
        await UntilIdleAsync();
        await MoveAsync(TimeSpan.FromDays(15));
        Assert.Equal((Kind.Expiring, "other"), await NextAsync(told));
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task A_thousand_certificates_need_one_timer()
    {
        for (int i = 0; i < 1000; i++)
        {
            Tell(Present, $"s{i}", $"T{i}", days: 30 + (i / 1000.0));
        }

        await using Told<CertificateEvent> told = Watch(new RotationPolicy { Before = TimeSpan.FromDays(10) });
        await UntilIdleAsync();
        Assert.InRange(_clock.TimersSet, 1, 20);
        await MoveAsync(TimeSpan.FromDays(21));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"s{i}"), (await told.NextAsync(1000)).Select(each => each.Id.Name));
    }

    private Told<CertificateEvent> Watch(RotationPolicy policy)
    {
        Tell(Present, "of-a-century", "Z", days: 36500); // So that there is always something to wait for.
        return new(ct => new CertificateWatch(_store, _clock).RunAsync(SecretQuery.All, new CertificateWatchOptions { Policy = policy }, ct));
    }

    private async Task<List<CertificateEvent>> ReadAllAsync(CertificateWatchOptions options)
    {
        List<CertificateEvent> events = [];
        await foreach (CertificateEvent each in new CertificateWatch(_store, _clock).RunAsync(SecretQuery.All, options, Token))
        {
            events.Add(each);
        }

        return events;
    }

    /// <summary>A change of a secret whose certificate began ten days ago.</summary>
    private void Tell(SecretChangeKind kind, string name, string? thumbprint, double days = 0) =>
        _store.Tell(kind, name, thumbprint, s_start.AddDays(-10), s_start.AddDays(days));

    private static async Task<(Kind Kind, string Name)> NextAsync(Told<CertificateEvent> told)
    {
        CertificateEvent next = await told.NextAsync();
        return (next.Kind, next.Id.Name);
    }

    /// <summary>Waits until the watch has taken all changes and waits for its timer.</summary>
    private async Task UntilIdleAsync()
    {
        while (_store.Waiting > 0)
        {
            await Task.Yield();
        }

        await _clock.PendingAsync(Token);
    }

    /// <summary>Moves the clock by hours at most, as the watch looks at it every hour.</summary>
    private async Task MoveAsync(TimeSpan time)
    {
        for (; time > TimeSpan.Zero; time -= TimeSpan.FromHours(1))
        {
            _clock.Advance(time < TimeSpan.FromHours(1) ? time : TimeSpan.FromHours(1));
            await _clock.PendingAsync(Token);
        }
    }
}
