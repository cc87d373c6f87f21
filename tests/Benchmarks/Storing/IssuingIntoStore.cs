using System.Collections.Immutable;
using System.Globalization;
using MeshSecrets.Benchmarks.Issuing;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Benchmarks.Storing;

/// <summary>Issuing into a store by the engine alone, in the batches in which the cmdlets do it.</summary>
internal static class IssuingIntoStore
{
    internal const string AuthorityName = "bench-ca";

    internal static async Task CreateAuthorityAsync(string folder)
    {
        await using EmbeddedStore store = await BenchStore.OpenAsync(folder);
        await CreateAuthorityAsync(store);
    }

    internal static async Task CreateAuthorityAsync(ISecretStore store)
    {
        using IssuingBench bench = new();
        using Secret secret = AuthoritySecret.Create(new SecretId(AuthorityName), bench.Authority, ImmutableSortedDictionary<string, string>.Empty, issuer: null);
        await store.PutAsync(new SecretWrite(secret, WriteMode.Create), CancellationToken.None);
    }

    /// <summary>Issues and stores; writes the microseconds of CPU for each.</summary>
    internal static async Task IssueAsync(string folder, int count)
    {
        double each = await Cpu.PerOperationAsync(count, async () =>
        {
            await using EmbeddedStore store = await BenchStore.OpenAsync(folder);
            using IssuerDirectory issuers = new(store, TimeProvider.System);
            await IssueAsync(store, await issuers.FindAuthorityAsync(AuthorityName, mesh: null, @namespace: null, CancellationToken.None), count);
        });
        Console.WriteLine(each.ToString("F3", CultureInfo.InvariantCulture));
    }

    internal static async Task IssueAsync(ISecretStore store, ICertificateIssuer issuer, int count, TimeSpan? validFor = null)
    {
        foreach (int[] batch in Enumerable.Range(0, count).Chunk(TlsKeyBatch.Size))
        {
            IReadOnlyList<TlsKeyResult<int>> results = await TlsKeyBatch.RunAsync(
                store,
                batch,
                (number, token) => TlsKeyIssuance.IssueAsync(IssuingBench.Order(number) with { ValidFor = validFor }, issuer, token),
                (_, secret) => new SecretWrite(secret, WriteMode.CreateOrUpdate),
                Environment.ProcessorCount,
                CancellationToken.None);
            if (results.FirstOrDefault(result => result.Error is not null) is { } failed)
            {
                throw failed.Error!;
            }
        }
    }
}
