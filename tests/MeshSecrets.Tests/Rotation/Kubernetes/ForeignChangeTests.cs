using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MeshSecrets.Kubernetes;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Tests.Stores.Kubernetes;

namespace MeshSecrets.Tests.Rotation.Kubernetes;

/// <summary>Another client changes a secret between the reading and the writing of its renewal.</summary>
public sealed class ForeignChangeTests(SharedCluster shared)
{
    private static CancellationToken Cancel => ClusterRotation.Cancel;

    [Fact]
    public async Task What_leaves_the_certificate_alone_stays_and_the_certificate_that_was_issued_is_stored()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 1);
        FaultHandler others = new();
        await using KubernetesStore store = await rotation.OpenAsync(others);
        List<RotationItem> due = await rotation.PlanAsync(store);
        await PatchAsync(rotation, new { metadata = new { labels = new { planned = "before" } }, data = new { gone = "MQ==", note = "MQ==" } });
        int writes = 0;
        others.Choose = (request, _) => !IsWrite(request) ? null : async (send, _) =>
        {
            if (++writes == 1)
            {
                await PatchAsync(rotation, new
                {
                    metadata = new { labels = new { team = "shop" }, annotations = new Dictionary<string, string> { ["example.com/note"] = "by hand" } },
                    data = new Dictionary<string, string?> { ["gone"] = null, ["note"] = "Mg==" },
                });
            }

            return await send();
        };
        CountingIssuer issued = new();

        RotationResult result = Assert.Single(await rotation.RunAsync(store, due, issued));

        Assert.Equal((RotationStatus.Renewed, null, 1, 2), (result.Status, result.Error?.Message, issued.Total, writes));
        JsonElement stored = Assert.Single(await rotation.ReadWholeAsync()).Value;
        JsonElement metadata = stored.GetProperty("metadata");
        Assert.Equal(("before", "shop"), (metadata.GetProperty("labels").GetProperty("planned").GetString(), metadata.GetProperty("labels").GetProperty("team").GetString()));
        Assert.Equal("by hand", metadata.GetProperty("annotations").GetProperty("example.com/note").GetString());
        Assert.Equal(result.Metadata!.ResourceVersion, metadata.GetProperty("resourceVersion").GetString());
        Assert.Equal("2", Encoding.UTF8.GetString(stored.GetProperty("data").GetProperty("note").GetBytesFromBase64()));
        Assert.False(stored.GetProperty("data").TryGetProperty("gone", out _));
        Assert.Empty(await rotation.PlanAsync(store));
    }

    [Fact]
    public async Task Another_certificate_is_left_alone()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 1);
        FaultHandler others = new();
        await using KubernetesStore store = await rotation.OpenAsync(others), other = await rotation.OpenAsync();
        List<RotationItem> due = await rotation.PlanAsync(store);
        string? theirs = null;
        int writes = 0;
        others.Choose = (request, _) => !IsWrite(request) ? null : async (send, _) =>
        {
            writes++;
            using Secret another = SomeTlsKey.Create(due[0].Secret.Id);
            theirs = (await other.PutAsync(new(another, MeshSecrets.Stores.WriteMode.Update), Cancel)).ResourceVersion;
            return await send();
        };
        CountingIssuer issued = new();

        RotationResult result = Assert.Single(await rotation.RunAsync(store, due, issued));

        Assert.Equal((RotationStatus.Superseded, "SecretConflict", 1, 1), (result.Status, result.Error?.ErrorId, issued.Total, writes));
        using Secret? present = await other.GetAsync(due[0].Secret.Id, Cancel);
        Assert.Equal(theirs, present!.Metadata.ResourceVersion);
        result = Assert.Single(await rotation.RunAsync(store, due, issued));
        Assert.Equal((RotationStatus.Superseded, 1, 1), (result.Status, issued.Total, writes)); // By then it is known beforehand.
    }

    [Fact]
    public async Task Who_never_stops_writing_is_given_way_to()
    {
        ClusterRotation rotation = await ClusterRotation.CreateAsync(await shared.GetAsync(), 1);
        FaultHandler others = new();
        await using KubernetesStore store = await rotation.OpenAsync(others);
        List<RotationItem> due = await rotation.PlanAsync(store);
        int writes = 0;
        others.Choose = (request, _) => !IsWrite(request) ? null : async (send, _) =>
        {
            await PatchAsync(rotation, new { metadata = new { labels = new { round = $"{++writes}" } } });
            return await send();
        };
        CountingIssuer issued = new();

        RotationResult result = Assert.Single(await rotation.RunAsync(store, due, issued));

        Assert.Equal((RotationStatus.Superseded, "SecretConflict", 1, 8), (result.Status, result.Error?.ErrorId, issued.Total, writes));
        Assert.Equal("8", Assert.Single(await rotation.ReadWholeAsync()).Value.GetProperty("metadata").GetProperty("labels").GetProperty("round").GetString());
        others.Choose = (_, _) => null;
        Assert.Equal(RotationStatus.Renewed, Assert.Single(await rotation.RunAsync(store, await rotation.PlanAsync(store))).Status);
    }

    private static bool IsWrite(HttpRequestMessage request) => request.Method == HttpMethod.Patch && request.Content?.Headers.ContentType?.MediaType == "application/apply-patch+yaml";

    private static async Task PatchAsync(ClusterRotation rotation, object patch)
    {
        using StringContent body = new(JsonSerializer.Serialize(patch), Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json"));
        using HttpResponseMessage answer = await rotation.Cluster.Http.PatchAsync($"/api/v1/namespaces/{rotation.Namespace}/secrets/key-0000?fieldManager=kubectl-edit", body, Cancel);
        answer.EnsureSuccessStatusCode();
    }
}
