using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using MeshSecrets.Issuers;
using MeshSecrets.Kubernetes;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Tests.Stores.Kubernetes;

namespace MeshSecrets.Tests.Rotation.Kubernetes;

/// <summary>What keeps a renewal from being stored is found before anything is issued; what only seems to keep it does not.</summary>
public sealed class ObstacleTests(SharedCluster shared)
{
    private const string Key = "key-0000";

    private static CancellationToken Cancel => ClusterRotation.Cancel;

    [Fact]
    public async Task For_an_immutable_key_nothing_is_issued_and_the_plan_says_so()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 1);
        await KubectlAsync(rotation, "patch", "secret", Key, "-p", """{"immutable": true}""");
        await AssertObstacleAsync(rotation, "SecretImmutable", "immutable: true");
    }

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("tls.key")]
    public async Task For_a_key_that_another_manager_keeps_nothing_is_issued_and_the_plan_says_so(string dataKey)
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 1);
        string value = await KubectlAsync(rotation, "get", "secret", Key, "-o", $$"""jsonpath={.data.{{dataKey.Replace(".", "\\.", StringComparison.Ordinal)}}}""");
        await rotation.Cluster.KubectlAsync(
            ["apply", "--server-side", "--field-manager=argocd", "-f", "-"],
            $$"""{"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": {"name": "{{Key}}", "namespace": "{{rotation.Namespace}}"}, "data": {"{{dataKey}}": "{{value}}"} }""");
        await AssertObstacleAsync(rotation, "FieldManagerConflict", $"data.{dataKey} belongs to the field manager 'argocd'");

        // Who takes fields over has no obstacle.
        await using KubernetesStore forcing = await rotation.OpenAsync(change: options => options with { ForceConflicts = true });
        RotationItem item = Assert.Single(await rotation.PlanAsync(forcing));
        Assert.Null(Obstacle(forcing, item));
        Assert.Equal(RotationStatus.Renewed, Assert.Single(await rotation.RunAsync(forcing, [item])).Status);
    }

    [Fact]
    public async Task A_key_that_is_being_removed_is_not_due_and_who_planned_it_before_issues_nothing()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 1);
        await using KubernetesStore store = await rotation.OpenAsync();
        List<RotationItem> due = await rotation.PlanAsync(store);
        await KubectlAsync(rotation, "patch", "secret", Key, "-p", """{"metadata": {"finalizers": ["example.com/keep"]}}""");
        await KubectlAsync(rotation, "delete", "secret", Key, "--wait=false");
        CountingIssuer issued = new();
        Assert.Empty(await rotation.PlanAsync(store));
        RotationResult result = Assert.Single(await rotation.RunAsync(store, due, issued));
        Assert.Equal((RotationStatus.Superseded, "SecretBeingRemoved", 0), (result.Status, result.Error?.ErrorId, issued.Total));

        using Secret? present = await store.GetAsync(due[0].Secret.Id, Cancel);
        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(new(present!, MeshSecrets.Stores.WriteMode.Update), Cancel));
        Assert.Equal("SecretBeingRemoved", refused.ErrorId);
        Assert.Contains("example.com/keep", refused.Message, StringComparison.Ordinal);
        await KubectlAsync(rotation, "patch", "secret", Key, "-p", """{"metadata": {"finalizers": null}}""");
    }

    [Theory]
    [InlineData("certificate.meshsecrets.io/not-after=2030-01-01T00:00:00Z")]
    [InlineData("certificate.meshsecrets.io/is-ca=true")]
    [InlineData("meshsecrets.io/write-id=mine")]
    [InlineData("meshsecrets.io/updated-at=2020-01-01T00:00:00Z")]
    public async Task The_stores_own_notes_are_taken_back_from_who_changed_them(string note)
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 1);
        await KubectlAsync(rotation, "annotate", "secret", Key, note, "--overwrite");
        await KubectlAsync(rotation, "annotate", "secret", Key, "example.com/theirs=stays");
        await using KubernetesStore store = await rotation.OpenAsync();
        List<RotationItem> due = await rotation.PlanAsync(store);
        Assert.All(await rotation.RunAsync((KubernetesStore)store.DryRun, due), tried => Assert.Equal((RotationStatus.Renewed, null), (tried.Status, tried.Error?.Message)));

        RotationResult result = Assert.Single(await rotation.RunAsync(store, due));

        Assert.Equal((RotationStatus.Renewed, null), (result.Status, result.Error?.Message));
        JsonElement metadata = Assert.Single(await rotation.ReadWholeAsync()).Value.GetProperty("metadata");
        JsonElement annotations = metadata.GetProperty("annotations");
        Assert.Equal("stays", annotations.GetProperty("example.com/theirs").GetString());
        Assert.Equal(
            result.Metadata!.Certificate!.NotAfter.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            annotations.GetProperty("certificate.meshsecrets.io/not-after").GetString());
        Assert.False(annotations.TryGetProperty("certificate.meshsecrets.io/is-ca", out _));

        // Another runner knows all of it by metadata again.
        FaultHandler requests = new();
        await using KubernetesStore other = await rotation.OpenAsync(requests);
        Assert.Empty(await rotation.PlanAsync(other));
        Assert.DoesNotContain(requests.Requests, request => request.Contains($"/secrets/{Key}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_conflict_after_the_write_is_no_sign_that_another_was_faster()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 1);
        FaultHandler faults = new();
        await using KubernetesStore store = await rotation.OpenAsync(faults);
        List<RotationItem> due = await rotation.PlanAsync(store);
        int writes = 0;
        faults.Choose = (request, _) => request.Method != HttpMethod.Patch || ++writes > 1 ? null : async (send, _) =>
        {
            using HttpResponseMessage done = await send();
            return new HttpResponseMessage(HttpStatusCode.Conflict) { Content = new StringContent("""{"kind":"Status","status":"Failure","reason":"Conflict","code":409}""", Encoding.UTF8, "application/json") };
        };
        CountingIssuer issued = new();

        RotationResult result = Assert.Single(await rotation.RunAsync(store, due, issued));

        Assert.Equal((RotationStatus.Renewed, null, 1, 1), (result.Status, result.Error?.Message, issued.Total, writes));
        using Secret? stored = await store.GetAsync(due[0].Secret.Id, Cancel);
        Assert.Equal(stored!.Metadata.Certificate!.Thumbprint, result.Metadata!.Certificate!.Thumbprint);
    }

    private static async Task AssertObstacleAsync(ClusterRotation rotation, string errorId, string said)
    {
        await using KubernetesStore store = await rotation.OpenAsync();
        RotationItem item = Assert.Single(await rotation.PlanAsync(store));
        MeshException? obstacle = Obstacle(store, item);
        Assert.Equal(errorId, obstacle?.ErrorId);
        Assert.Contains(said, obstacle!.Message, StringComparison.Ordinal);
        CountingIssuer issued = new();
        RotationResult result = Assert.Single(await rotation.RunAsync(store, [item], issued));
        Assert.Equal((RotationStatus.Failed, errorId, 0), (result.Status, result.Error?.ErrorId, issued.Total));
    }

    private static MeshException? Obstacle(KubernetesStore store, RotationItem item)
    {
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        return new LeafRotation(store, issuers, TimeProvider.System).FindObstacle(item, isIssuerNamed: false);
    }

    private static Task<string> KubectlAsync(ClusterRotation rotation, params string[] arguments) => rotation.Cluster.KubectlAsync([.. arguments, "-n", rotation.Namespace]);
}
