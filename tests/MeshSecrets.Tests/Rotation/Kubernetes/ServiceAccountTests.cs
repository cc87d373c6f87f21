using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MeshSecrets.Kubernetes;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Stores.Kubernetes.Watching;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Rotation.Kubernetes;

/// <summary>A runner in a Pod, whose token the kubelet renews: real tokens of a short life, bound to an object whose end ends them.</summary>
public sealed class ServiceAccountTests
{
    private const int Count = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_notices_that_the_token_is_replaced_and_the_former_one_revoked()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The kubelet's folder has symbolic links.");
        await using TestCluster cluster = await TestCluster.StartOwnAsync();
        ClusterRotation rotation = await ClusterRotation.CreateAsync(cluster, Count);
        string ns = rotation.Namespace;
        await cluster.KubectlAsync("create", "serviceaccount", "runner", "-n", ns);
        await cluster.KubectlAsync("create", "rolebinding", "runner", "-n", ns, "--clusterrole=cluster-admin", $"--serviceaccount={ns}:runner");
        string first = await TokenAsync("first"), second = await TokenAsync("second");
        using TemporaryFolder folder = new();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await PublishAsync(first, 1);
        string? Variable(string name) => name switch { "KUBERNETES_SERVICE_HOST" => "127.0.0.1", "KUBERNETES_SERVICE_PORT" => server.Address.Port.ToString(CultureInfo.InvariantCulture), _ => null };
        KubernetesConnection connection = InClusterConfiguration.Load(folder: folder.Path, environment: Variable);
        await using KubernetesStore store = await KubernetesStore.OpenAsync(
            new KubernetesStoreOptions { Connection = connection, Namespaces = [ns], OnRequest = rotation.Said.Enqueue }, Cancel);
        SecretQuery query = new() { Namespace = ns, Types = [SecretType.Tls] };
        await using Told<SecretChange> told = new(ct => store.WatchAsync(query, new SecretWatchOptions { IncludePresent = true, OnBreak = rotation.Said.Enqueue }, ct));
        Assert.All(await told.NextAsync(Count), change => Assert.Equal(SecretChangeKind.Present, change.Kind));
        List<RotationItem> due = await rotation.PlanAsync(store);
        CountingIssuer issued = new();

        // The first write waits for all this, with the former token in it.
        FaultRule replaced = server.On("PATCH", "/secrets/", Faults.Before(async () =>
        {
            await PublishAsync(second, 2);
            await cluster.KubectlAsync("delete", "secret", "first", "-n", ns);

            // The server remembers for some seconds whom it knew; a new one does not.
            await cluster.KillApiServerAsync();
            await cluster.StartApiServerAsync();
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(first));
        }));
        List<RotationResult> results = await rotation.RunAsync(store, due, issued);

        Assert.Equal(1, replaced.Count);
        Assert.All(results, result => Assert.True(result.Status == RotationStatus.Renewed, result.Error?.Message));
        Assert.Equal((Count, Count, 1), (results.Count, issued.Total, issued.Most));
        List<SecretChange> changes = await told.NextAsync(Count);
        Assert.All(changes, change => Assert.Equal(SecretChangeKind.Changed, change.Kind));
        Assert.Equal((await rotation.ReadWholeAsync()).Keys.Order(StringComparer.Ordinal), changes.Select(change => change.Secret.Id.Name).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));
        await rotation.AssertNothingLeakedAsync();
        Assert.DoesNotContain(rotation.Said, line => line.Contains(first, StringComparison.Ordinal) || line.Contains(second, StringComparison.Ordinal));

        async Task<string> TokenAsync(string boundTo)
        {
            await cluster.KubectlAsync("create", "secret", "generic", boundTo, "-n", ns);
            using HttpResponseMessage answer = await cluster.Http.PostAsJsonAsync(
                $"/api/v1/namespaces/{ns}/serviceaccounts/runner/token",
                new
                {
                    apiVersion = "authentication.k8s.io/v1",
                    kind = "TokenRequest",
                    spec = new { expirationSeconds = 600, boundObjectRef = new { apiVersion = "v1", kind = "Secret", name = boundTo } },
                },
                Cancel);
            answer.EnsureSuccessStatusCode();
            JsonElement made = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            return made.GetProperty("status").GetProperty("token").GetString()!;
        }

        async Task<HttpStatusCode> StatusAsync(string token)
        {
            using HttpClient client = cluster.CreateClient(anonymous: true);
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using HttpResponseMessage answer = await client.GetAsync($"/api/v1/namespaces/{ns}/secrets?limit=1", Cancel);
            return answer.StatusCode;
        }

        // As the kubelet does: a folder for each version, to which one link leads, exchanged in one step.
        async Task PublishAsync(string token, int version)
        {
            string data = Directory.CreateDirectory(folder.Combine($"..2026_{version}")).FullName;
            await File.WriteAllTextAsync(Path.Combine(data, "token"), token, Cancel);
            await File.WriteAllTextAsync(Path.Combine(data, "ca.crt"), server.CertificateAuthorityPem, Cancel);
            await File.WriteAllTextAsync(Path.Combine(data, "namespace"), ns, Cancel);
            File.CreateSymbolicLink(folder.Combine("..data_tmp"), $"..2026_{version}");
            await ExternalProgram.RunAsync("mv", ["-T", folder.Combine("..data_tmp"), folder.Combine("..data")], null, Cancel); // .NET moves no link onto a link.
            if (version > 1)
            {
                Directory.Delete(folder.Combine($"..2026_{version - 1}"), recursive: true);
                return;
            }

            foreach (string file in (string[])["token", "ca.crt", "namespace"])
            {
                File.CreateSymbolicLink(folder.Combine(file), $"..data/{file}");
            }
        }
    }
}
