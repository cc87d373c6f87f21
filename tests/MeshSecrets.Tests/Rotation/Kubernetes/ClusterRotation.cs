using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Kubernetes;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Tests.Issuers;
using MeshSecrets.Tests.Stores.Kubernetes;

namespace MeshSecrets.Tests.Rotation.Kubernetes;

/// <summary>A namespace of a real cluster with an authority and TLS keys of a day, of which 20 hours are over.</summary>
internal sealed class ClusterRotation
{
    private static readonly ManualClock s_past = new(DateTimeOffset.UtcNow.AddHours(-20));

    private ClusterRotation(TestCluster cluster, string @namespace) => (Cluster, Namespace) = (cluster, @namespace);

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal TestCluster Cluster { get; }

    internal string Namespace { get; }

    /// <summary>All that was said about requests and errors, to be looked through for secrets.</summary>
    internal ConcurrentQueue<string> Said { get; } = [];

    internal static async Task<ClusterRotation> CreateAsync(TestCluster cluster, int keys)
    {
        ClusterRotation rotation = new(cluster, await cluster.CreateNamespaceAsync());
        await using KubernetesStore store = await rotation.OpenAsync();
        SecretId id = new("mesh-ca", null, rotation.Namespace);
        using CertificateAuthority root = CertificateAuthority.CreateRoot(
            id.ToString(), new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Mesh") }, PrivateKey.Generate(KeyAlgorithm.P256), s_past);
        using Secret secret = AuthoritySecret.Create(id, root, ImmutableSortedDictionary<string, string>.Empty, issuer: null);
        await store.PutAsync(new SecretWrite(secret, WriteMode.Create), Cancel);
        IReadOnlyList<TlsKeyResult<int>> issued = await TlsKeyBatch.RunAsync(
            store,
            [.. Enumerable.Range(0, keys)],
            (i, token) => TlsKeyIssuance.IssueAsync(rotation.Order(i), root, token),
            (_, made) => new SecretWrite(made, WriteMode.Create),
            store.MaxConcurrency,
            Cancel);
        Assert.All(issued, result => Assert.Null(result.Error));
        return rotation;
    }

    /// <summary>Another runner with connections of its own.</summary>
    internal async Task<KubernetesStore> OpenAsync(FaultHandler? faults = null, string? kubeconfig = null, Func<KubernetesStoreOptions, KubernetesStoreOptions>? change = null)
    {
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [kubeconfig ?? Cluster.KubeconfigPath], Namespace = Namespace });
        KubernetesStoreOptions options = new() { Connection = connection, OnRequest = Said.Enqueue };
        return await KubernetesStore.OpenAsync(
            change?.Invoke(options) ?? options,
            handler =>
            {
                if (faults is not null)
                {
                    faults.InnerHandler = handler;
                }

                return faults ?? handler;
            },
            Cancel);
    }

    internal async Task<List<RotationItem>> PlanAsync(KubernetesStore store)
    {
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        List<RotationItem> due = [];
        await foreach (RotationItem item in new LeafRotation(store, issuers, TimeProvider.System).PlanAsync(new SecretQuery { Namespace = Namespace }, new RotationPolicy(), Cancel))
        {
            due.Add(item);
        }

        return due;
    }

    /// <summary>Renews what is due. Every result is noted, in full.</summary>
    internal async Task<List<RotationResult>> RunAsync(
        KubernetesStore store, IReadOnlyList<RotationItem> due, CountingIssuer? counting = null, Func<int, Task>? after = null, RotationOptions? options = null, CancellationToken? stop = null)
    {
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        ICertificateIssuer issuer = await issuers.FindAuthorityAsync("mesh-ca", null, Namespace, Cancel);
        options ??= new RotationOptions();
        options = counting is null ? options : options with { Issuer = counting.Around(issuer) };
        List<RotationResult> results = [];
        await foreach (RotationResult result in new LeafRotation(store, issuers, TimeProvider.System).RunAsync(due, options, stop ?? Cancel))
        {
            results.Add(result);
            Said.Enqueue($"{result} {result.Error}");
            await (after?.Invoke(results.Count) ?? Task.CompletedTask);
        }

        return results;
    }

    /// <summary>All TLS keys as the server has them: none may be half-written, at any time.</summary>
    internal async Task<IReadOnlyDictionary<string, JsonElement>> ReadWholeAsync()
    {
        JsonElement list = await Cluster.Http.GetFromJsonAsync<JsonElement>($"/api/v1/namespaces/{Namespace}/secrets?fieldSelector=type=kubernetes.io/tls", Cancel);
        Dictionary<string, JsonElement> keys = [];
        foreach (JsonElement item in list.GetProperty("items").EnumerateArray())
        {
            // Throws if the key is not that of the certificate.
            using var pair = X509Certificate2.CreateFromPem(ValueOf(item, DataKey.Certificate), ValueOf(item, DataKey.PrivateKey));
            string told = item.GetProperty("metadata").GetProperty("annotations").GetProperty("certificate.meshsecrets.io/serial-number").GetString()!;
            Assert.Equal(pair.SerialNumber.TrimStart('0'), told.TrimStart('0'), ignoreCase: true);
            keys.Add(item.GetProperty("metadata").GetProperty("name").GetString()!, item);
        }

        return keys;
    }

    /// <summary>Nothing that was said holds a key, nor the beginning of what could be one.</summary>
    internal async Task AssertNothingLeakedAsync()
    {
        string said = string.Join('\n', Said);
        Assert.NotEmpty(said);
        foreach (string trace in (string[])["PRIVATE KEY", "LS0tLS1CRUdJTiB", "\"data\""])
        {
            Assert.DoesNotContain(trace, said, StringComparison.Ordinal);
        }

        foreach ((string name, JsonElement item) in await ReadWholeAsync())
        {
            string pem = ValueOf(item, DataKey.PrivateKey);
            Assert.False(said.Contains(pem.Split('\n')[1], StringComparison.Ordinal), $"The key of {name} was told.");
        }
    }

    internal async Task<JsonElement> LeaseAsync() =>
        await Cluster.Http.GetFromJsonAsync<JsonElement>($"/apis/coordination.k8s.io/v1/namespaces/{Namespace}/leases/meshsecrets-rotation", Cancel);

    private static string ValueOf(JsonElement secret, string key) => Encoding.UTF8.GetString(secret.GetProperty("data").GetProperty(key).GetBytesFromBase64());

    private TlsKeyOrder Order(int number) => new()
    {
        Id = new SecretId($"key-{number:0000}", null, Namespace),
        Names = SubjectAlternativeNames.Create([$"key-{number}.shop"]),
        Profile = CertificateProfile.Server,
        ValidFor = TimeSpan.FromHours(24),
    };
}
