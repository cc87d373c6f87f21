using System.Globalization;
using MeshSecrets.Benchmarks.Issuing;
using MeshSecrets.Certificates;
using MeshSecrets.Issuers;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Benchmarks.Storing;

/// <summary>A store in a folder of its own, with its key file inside, and TLS keys for it.</summary>
internal sealed class BenchStore : IDisposable
{
    internal const int BatchSize = 1000;

    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshsecrets-bench-");

    internal string Folder => _folder.FullName;

    internal static Task<EmbeddedStore> OpenAsync(string folder) => EmbeddedStore.OpenAsync(
        new EmbeddedStoreOptions
        {
            Path = Path.Combine(folder, "store"),
            KeySource = StoreKeySource.KeyFile(Path.Combine(folder, "store.key")),
            CreateIfMissing = true,
        },
        CancellationToken.None);

    /// <summary>
    /// Whole TLS keys: chain, key and roots in PEM, the record of issuance and a summary of their own. They share one
    /// key pair, since what is measured is the store; their ends are spread over a hundred days.
    /// </summary>
    internal static IEnumerable<SecretWrite[]> TlsKeys(int count)
    {
        using IssuingBench bench = new();
        using Secret template = TlsKeyIssuance.IssueAsync(IssuingBench.Order(0), bench.Authority, CancellationToken.None).GetAwaiter().GetResult().Secret;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach (int[] numbers in Enumerable.Range(0, count).Chunk(BatchSize))
        {
            yield return [.. numbers.Select(number => new SecretWrite(Like(template, number, now + (s_longestLife * number / count)), WriteMode.Create))];
        }
    }

    internal static async Task FillAsync(string folder, int count)
    {
        await using EmbeddedStore store = await OpenAsync(folder);
        await PutAsync(store, TlsKeys(count));
    }

    internal static async Task PutAsync(EmbeddedStore store, IEnumerable<SecretWrite[]> batches)
    {
        foreach (SecretWrite[] batch in batches)
        {
            IReadOnlyList<WriteResult> results = await store.PutManyAsync(batch, CancellationToken.None);
            if (results.FirstOrDefault(result => result.Error is not null) is { } failed)
            {
                throw failed.Error!;
            }
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Secret Like(Secret template, int number, DateTimeOffset end)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"svc-{number:D6}");
        CertificateSummary summary = template.Metadata.Certificate! with
        {
            Thumbprint = string.Create(CultureInfo.InvariantCulture, $"{number:X64}"),
            Subject = $"CN={name}.shop.svc",
            SerialNumber = string.Create(CultureInfo.InvariantCulture, $"{number:X32}"),
            NotAfter = end,
            DnsNames = [$"{name}.shop.svc"],
            Uris = [$"spiffe://default/{name}"],
        };
        return new Secret(template.Metadata with { Id = new SecretId(name, SecretId.DefaultMesh), Certificate = summary }, template.GetData());
    }
}
