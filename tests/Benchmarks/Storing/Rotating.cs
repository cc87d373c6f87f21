using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Issuers;
using MeshSecrets.Rotation;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Benchmarks.Storing;

/// <summary>Renewing 10,000 TLS keys that are due, beside issuing and storing as many.</summary>
internal sealed class Rotating : IBenchmark
{
    private const int Count = 10_000;
    private const int Rounds = 3;

    public string Name => "rotation";

    public async Task RunAsync(Report report)
    {
        using BenchStore bench = new();
        await IssuingIntoStore.CreateAuthorityAsync(bench.Folder);
        await using EmbeddedStore store = await BenchStore.OpenAsync(bench.Folder);
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        ICertificateIssuer issuer = await issuers.FindAuthorityAsync(IssuingIntoStore.AuthorityName, mesh: null, @namespace: null, CancellationToken.None);
        double[] cost = await Contest.LeastAsync(
            Rounds,
            () => Cpu.PerOperationAsync(Count, () => IssuingIntoStore.IssueAsync(store, issuer, Count)),
            () => Cpu.PerOperationAsync(Count, () => RotateAsync(store, issuers, Count)));
        report.Note("issuing and storing 10,000 TLS keys, CPU for each", cost[0], "µs");
        report.Note("finding and renewing 10,000 that are due, CPU for each", cost[1], "µs");
        report.Note("renewing, times issuing and storing", cost[1] / cost[0], "");
    }

    /// <summary>Plans and renews all.</summary>
    internal static async Task RotateAsync(ISecretStore store, IssuerDirectory issuers, int count)
    {
        LeafRotation rotation = new(store, issuers, TimeProvider.System);
        List<RotationItem> due = [];
        await foreach (RotationItem item in rotation.PlanAsync(SecretQuery.All, new RotationPolicy { All = true }, CancellationToken.None))
        {
            due.Add(item);
        }

        int renewed = 0;
        await foreach (RotationResult result in rotation.RunAsync(due, new RotationOptions(), CancellationToken.None))
        {
            renewed += result.Status == RotationStatus.Renewed ? 1 : 0;
        }

        if (renewed != count)
        {
            throw new InvalidOperationException($"Renewed {renewed} instead of {count}.");
        }
    }
}
