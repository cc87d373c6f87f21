using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MeshSecrets.Kubernetes;
using MeshSecrets.Meshes.Kubernetes.Roles;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Roles;
using MeshSecrets.Tests.Stores.Kubernetes;
using MeshSecrets.Tests.Stores.Kubernetes.Roles;

namespace MeshSecrets.Tests.Rotation.Kubernetes;

/// <summary>What goes wrong in the middle of a rotation: nothing is half-written, lost or issued twice, and a rerun ends the work.</summary>
public sealed class BadLuckTests(SharedCluster shared)
{
    private static CancellationToken Cancel => ClusterRotation.Cancel;

    /// <remarks>A server that has just started allows its administrators all, and others nothing until it has read the roles.</remarks>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_api_server_that_is_killed_and_comes_back_is_waited_for(bool leastPrivilege)
    {
        await using TestCluster cluster = await TestCluster.StartOwnAsync();
        ClusterRotation rotation = await ClusterRotation.CreateAsync(cluster, 500);
        string? kubeconfig = leastPrivilege ? await RoleCluster.CreateUserAsync(cluster, "rotator", new RoleOrder
        {
            Role = StoreRoles.All.Single(role => role.Name == "Rotate"),
            Namespaces = [rotation.Namespace],
            Subjects = [RoleSubject.Parse("User:rotator")],
        }) : null;
        await using KubernetesStore store = await rotation.OpenAsync(kubeconfig: kubeconfig, change: options => options with { Namespaces = [rotation.Namespace] });
        CountingIssuer issued = new();
        List<RotationItem> due = await rotation.PlanAsync(store);
        Assert.Equal(500, due.Count);

        List<RotationResult> results = await rotation.RunAsync(store, due, issued, after: async count =>
        {
            if (count is 100 or 300)
            {
                await cluster.KillApiServerAsync();
                await cluster.StartApiServerAsync();
            }
        });

        Assert.All(results, result => Assert.Equal((RotationStatus.Renewed, null), (result.Status, result.Error)));
        Assert.Equal((500, 500, 1), (results.Count, issued.Total, issued.Most));
        Assert.Empty(await rotation.PlanAsync(store));
        Assert.Contains(rotation.Said, line => line.EndsWith("Exception", StringComparison.Ordinal) || line.Contains("Exception in", StringComparison.Ordinal));
        await rotation.AssertNothingLeakedAsync();
    }

    [Fact]
    public async Task What_others_change_meanwhile_is_kept()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 60);
        await using KubernetesStore store = await rotation.OpenAsync();
        using SemaphoreSlim foreign = new(0);
        CountingIssuer issued = new() { Before = foreign.WaitAsync }; // So that others write between any two renewals.
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        ConcurrentDictionary<string, int> written = new();
        Task<int> writing = WriteAsForeignerAsync(rotation, written, foreign, end.Token);
        Task<int> reading = ReadUntilAsync(rotation, end.Token);
        List<RotationItem> due = await rotation.PlanAsync(store);

        List<RotationResult> results = await rotation.RunAsync(store, due, issued);

        await end.CancelAsync();
        Assert.InRange(await writing, 60, int.MaxValue);
        Assert.InRange(await reading, 1, int.MaxValue);
        Assert.All(results, result => Assert.Equal((RotationStatus.Renewed, null), (result.Status, result.Error?.Message)));
        Assert.Equal((60, 60, 1), (results.Count, issued.Total, issued.Most));
        Assert.Empty(await rotation.PlanAsync(store));
        foreach ((string name, JsonElement key) in await rotation.ReadWholeAsync())
        {
            string round = written[name].ToString(CultureInfo.InvariantCulture);
            Assert.Equal(round, key.GetProperty("metadata").GetProperty("labels").GetProperty("round").GetString());
            Assert.Equal(round, Encoding.UTF8.GetString(key.GetProperty("data").GetProperty("note").GetBytesFromBase64()));
        }

        await rotation.AssertNothingLeakedAsync();
    }

    [Fact]
    public async Task Faults_of_every_kind_end_in_each_key_renewed_once()
    {
        const int Count = 120;
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), Count);
        FaultHandler faults = new();
        await using KubernetesStore store = await rotation.OpenAsync(faults, change: options => options with { Timeout = TimeSpan.FromSeconds(3) });
        List<RotationItem> due = await rotation.PlanAsync(store);
        CountingIssuer issued = new();
        FaultHandler.Fault[] kinds =
        [
            FaultHandler.Answers(429, retryAfter: "1"),
            FaultHandler.Answers(503),
            FaultHandler.Says(500, "InternalError", "etcdserver: leader changed"),
            FaultHandler.Throws(HttpRequestError.ConnectionError),
            FaultHandler.Throws(HttpRequestError.ResponseEnded),
            FaultHandler.CutsAfterDoing(),
            FaultHandler.CutsInAnswer(),
        ];
        faults.Choose = (_, number) => number == 50 ? FaultHandler.HangsAfterDoing() : number % 3 == 0 ? kinds[number / 3 % kinds.Length] : null;

        List<RotationResult> results = await rotation.RunAsync(store, due, issued);

        Assert.All(results, result => Assert.True(result.Status == RotationStatus.Renewed, result.Error?.Message));
        Assert.Equal((Count, Count, 1), (results.Count, issued.Total, issued.Most));
        faults.Choose = (_, _) => null;
        Assert.Empty(await rotation.PlanAsync(store));
        await rotation.AssertNothingLeakedAsync();
    }

    [Fact]
    public async Task A_token_that_ends_in_the_middle_is_renewed_from_its_file()
    {
        const int Count = 60;
        TestCluster cluster = await shared.GetAsync();
        ClusterPrograms.SkipIfMissing();
        ClusterRotation rotation = await ClusterRotation.CreateAsync(cluster, Count);
        await cluster.KubectlAsync("create", "rolebinding", "robot", "-n", rotation.Namespace, "--clusterrole=cluster-admin", "--user=robot");
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, cluster.Token("robot-1"), Cancel);
            await using FaultServer server = await FaultServer.StartAsync(cluster);
            string kubeconfig = await server.WriteKubeconfigAsync($"{{tokenFile: \"{file}\"}}");
            await using KubernetesStore store = await rotation.OpenAsync(kubeconfig: kubeconfig, change: options => options with { Namespaces = [rotation.Namespace] });
            List<RotationItem> due = await rotation.PlanAsync(store);
            CountingIssuer issued = new();
            FaultRule ended = server.On("PATCH", "/secrets/", async exchange =>
            {
                await File.WriteAllTextAsync(file, cluster.Token("robot-2"));
                await Faults.Answer(401, "Unauthorized")(exchange);
            });

            List<RotationResult> results = await rotation.RunAsync(store, due, issued);

            Assert.Equal(1, ended.Count);
            Assert.All(results, result => Assert.True(result.Status == RotationStatus.Renewed, result.Error?.Message));
            Assert.Equal((Count, Count, 1), (results.Count, issued.Total, issued.Most));
            Assert.DoesNotContain(rotation.Said, line => line.Contains(cluster.Token("robot-1"), StringComparison.Ordinal) || line.Contains(cluster.Token("robot-2"), StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_server_that_never_recovers_is_told_of_without_a_secret_and_a_rerun_ends_the_work()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 40);
        (FaultHandler.Fault, string)[] kinds =
        [
            (FaultHandler.Answers(429), "KubernetesUnavailable"),
            (FaultHandler.Answers(500), "KubernetesFailed"),
            (FaultHandler.Answers(403), "KubernetesForbidden"),
            (FaultHandler.Answers(401), "KubernetesUnauthorized"),
            (FaultHandler.Answers(422), "KubernetesRefused"),
            (FaultHandler.Answers(400), "KubernetesRequestInvalid"),
            (FaultHandler.Answers(409), "SecretConflict"),
            (FaultHandler.CutsInAnswer(), "KubernetesConnectionCut"),
            (FaultHandler.CutsAfterDoing(), "KubernetesConnectionCut"),
            (FaultHandler.HangsAfterDoing(), "KubernetesTimedOut"),
            (FaultHandler.Answers(200, body: "{"), "KubernetesAnswerInvalid"),
        ];
        foreach ((FaultHandler.Fault kind, string error) in kinds)
        {
            FaultHandler faults = new();
            await using KubernetesStore store = await rotation.OpenAsync(
                faults, change: options => options with { Timeout = TimeSpan.FromSeconds(2), RetryFor = TimeSpan.FromMilliseconds(300) });
            List<RotationItem> due = [.. (await rotation.PlanAsync(store)).Take(3)];
            faults.Choose = (request, _) => request.Method == HttpMethod.Patch ? kind : null;
            List<RotationResult> results = await rotation.RunAsync(store, due);
            Assert.Equal(3, results.Count);
            Assert.All(results, result => Assert.Equal(error, result.Error?.ErrorId));
        }

        await using KubernetesStore next = await rotation.OpenAsync();
        Assert.All(await rotation.RunAsync(next, await rotation.PlanAsync(next)), result => Assert.Equal(RotationStatus.Renewed, result.Status));
        Assert.Empty(await rotation.PlanAsync(next));
        await rotation.AssertNothingLeakedAsync();
    }

    [Fact]
    public async Task Stopped_in_the_middle_nothing_is_half_and_the_lease_is_given_back()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 80);
        await using KubernetesStore store = await rotation.OpenAsync();
        List<RotationItem> due = await rotation.PlanAsync(store);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rotation.RunAsync(store, due, after: count => count == 20 ? stop.CancelAsync() : Task.CompletedTask, stop: stop.Token));

        Assert.False((await rotation.LeaseAsync()).GetProperty("spec").TryGetProperty("holderIdentity", out _));
        Assert.Equal(80, (await rotation.ReadWholeAsync()).Count);
        List<RotationItem> left = await rotation.PlanAsync(store);
        Assert.InRange(left.Count, 1, 60);
        Assert.All(await rotation.RunAsync(store, left), result => Assert.Equal(RotationStatus.Renewed, result.Status));
        Assert.Empty(await rotation.PlanAsync(store));
    }

    [Fact]
    public async Task Who_stops_while_the_server_hangs_waits_for_it_once_and_not_again_for_the_lease()
    {
        TestCluster cluster = await shared.GetAsync();
        ClusterRotation rotation = await ClusterRotation.CreateAsync(cluster, 40);
        await using FaultProxy proxy = FaultProxy.Start(cluster.Server);
        await using KubernetesStore store = await rotation.OpenAsync(kubeconfig: await cluster.WriteKubeconfigAsync(rotation.Namespace, cluster.AdministratorCredentials, server: proxy.Address));
        List<RotationItem> due = await rotation.PlanAsync(store);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        long stopped = 0;
        using CancellationTokenRegistration noted = stop.Token.Register(() => stopped = Stopwatch.GetTimestamp());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rotation.RunAsync(
            store,
            due,
            after: count =>
            {
                if (count == 5)
                {
                    proxy.Hang();
                    stop.CancelAfter(TimeSpan.FromSeconds(1)); // All requests hang by then.
                }

                return Task.CompletedTask;
            },
            stop: stop.Token));

        Assert.InRange(Stopwatch.GetElapsedTime(stopped), TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_recognized()
    {
        string ns = await (await shared.GetAsync()).CreateNamespaceAsync();
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 0);
        foreach (FaultHandler.Fault loss in new[] { FaultHandler.CutsAfterDoing(), FaultHandler.CutsInAnswer(), FaultHandler.HangsAfterDoing() })
        {
            FaultHandler faults = new();
            await using KubernetesStore store = await rotation.OpenAsync(faults, change: options => options with { Timeout = TimeSpan.FromSeconds(1) });
            HttpMethod? struck = null;
            faults.Choose = (request, _) => request.Method == struck && (struck = null) is null ? loss : null;
            SecretId id = new("plain", null, ns);

            struck = HttpMethod.Post;
            SecretMetadata created = await store.PutAsync(Write(id, "1", WriteMode.Create), Cancel);
            Assert.Null(struck);
            MeshException exists = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(Write(id, "other", WriteMode.Create), Cancel));
            Assert.Equal("SecretExists", exists.ErrorId);

            struck = HttpMethod.Patch;
            SecretMetadata updated = await store.PutAsync(Write(id, "2", WriteMode.Update, created.ResourceVersion), Cancel);
            Assert.Null(struck);
            MeshException conflict = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(Write(id, "3", WriteMode.Update, created.ResourceVersion), Cancel));
            Assert.Equal("SecretConflict", conflict.ErrorId);
            using (Secret? read = await store.GetAsync(id, Cancel))
            {
                Assert.Equal(("2", updated.ResourceVersion), (Encoding.UTF8.GetString(read!.GetData().GetValue("value").Span), read.Metadata.ResourceVersion));
            }

            struck = HttpMethod.Delete;
            await store.DeleteAsync(id, updated.ResourceVersion, Cancel);
            Assert.Null(struck);
            Assert.Null(await store.GetAsync(id, Cancel));
        }
    }

    [Fact]
    public async Task Real_connections_that_are_cut_hang_or_trickle_are_lived_through()
    {
        TestCluster cluster = await shared.GetAsync();
        ClusterRotation rotation = await ClusterRotation.CreateAsync(cluster, 100);
        await using FaultProxy proxy = FaultProxy.Start(cluster.Server);
        string kubeconfig = Path.Combine(Path.GetDirectoryName(cluster.KubeconfigPath)!, $"{rotation.Namespace}.kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, (await File.ReadAllTextAsync(cluster.KubeconfigPath, Cancel)).Replace(cluster.Server.GetLeftPart(UriPartial.Authority), proxy.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal), Cancel);
        await using KubernetesStore store = await rotation.OpenAsync(kubeconfig: kubeconfig, change: options => options with { Timeout = TimeSpan.FromSeconds(2) });
        List<RotationItem> due = await rotation.PlanAsync(store);
        CountingIssuer issued = new();

        List<RotationResult> results = await rotation.RunAsync(store, due, issued, after: count =>
        {
            switch (count)
            {
                case 10: proxy.CutNow(); break;
                case 25: proxy.CutAfter(3000, times: 4); break;
                case 45: proxy.Trickle(50); break;
                case 60: proxy.Pass(); proxy.CutAfter(0, times: 3); break;
            }

            return Task.CompletedTask;
        });

        Assert.All(results, result => Assert.True(result.Status == RotationStatus.Renewed, result.Error?.Message));
        Assert.Equal((100, 1), (issued.Total, issued.Most));
        Assert.Empty(await rotation.PlanAsync(store));
        await rotation.AssertNothingLeakedAsync();
    }

    private static SecretWrite Write(SecretId id, string value, WriteMode mode, string resourceVersion = "") => new(
        new Secret(new SecretMetadata { Id = id, Type = SecretType.Opaque, ResourceVersion = resourceVersion }, new SecretData().Set("value", Encoding.UTF8.GetBytes(value))),
        mode);

    /// <summary>As kubectl edit and kubectl label do: labels and values of its own, one secret after the other, by chance.</summary>
    private static async Task<int> WriteAsForeignerAsync(ClusterRotation rotation, ConcurrentDictionary<string, int> written, SemaphoreSlim told, CancellationToken end)
    {
        Random chance = new(4);
        int count = 0;
        string[] names = [.. Enumerable.Range(0, 60).Select(i => $"key-{i:0000}")];
        while (!end.IsCancellationRequested || written.Count < names.Length)
        {
            string name = count < names.Length ? names[count] : names[chance.Next(names.Length)];
            string round = (++count).ToString(CultureInfo.InvariantCulture);
            string patch = JsonSerializer.Serialize(new { metadata = new { labels = new { round } }, data = new { note = Convert.ToBase64String(Encoding.UTF8.GetBytes(round)) } });
            using StringContent body = new(patch, Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json"));
            using HttpResponseMessage answer = await rotation.Cluster.Http.PatchAsync($"/api/v1/namespaces/{rotation.Namespace}/secrets/{name}?fieldManager=kubectl-edit", body, Cancel);
            answer.EnsureSuccessStatusCode();
            written[name] = count;
            told.Release();
        }

        return count;
    }

    private static async Task<int> ReadUntilAsync(ClusterRotation rotation, CancellationToken end)
    {
        int count = 0;
        do
        {
            await rotation.ReadWholeAsync();
            count++;
        }
        while (!end.IsCancellationRequested);
        return count;
    }
}
