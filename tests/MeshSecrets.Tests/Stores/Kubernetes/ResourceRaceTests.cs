using System.Text;
using System.Text.Json;
using MeshSecrets.Kubernetes;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>Resources that somebody else changes at the same time, and answers that are lost.</summary>
public sealed class ResourceRaceTests(SharedCluster shared)
{
    private static readonly ResourceType s_config = new("", "ConfigMap");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_changed_or_went_since_it_was_read_is_not_applied_to()
    {
        (KubernetesStore store, _, string ns, _) = await OpenAsync();
        await using (store)
        {
            ResourceDocument read = await store.ApplyResourceAsync(Config(ns, "1"), createOnly: true, resourceVersion: null, Token);
            ResourceDocument newer = await store.ApplyResourceAsync(Config(ns, "2"), createOnly: false, read.ResourceVersion, Token);
            Assert.Equal("ResourceConflict", await FailAsync(store.ApplyResourceAsync(Config(ns, "3"), createOnly: false, read.ResourceVersion, Token)));
            Assert.Equal("2", await ValueAsync(store, ns));
            await store.DeleteResourceAsync(s_config, ns, "c", resourceVersion: null, Token);
            Assert.Equal("ResourceConflict", await FailAsync(store.ApplyResourceAsync(Config(ns, "3"), createOnly: false, newer.ResourceVersion, Token)));
            Assert.Null(await store.GetResourceAsync(s_config, ns, "c", Token));
        }
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("removed")]
    [InlineData("replaced")]
    public async Task What_happens_between_our_look_and_our_write_is_not_overwritten(string how)
    {
        (KubernetesStore store, FaultHandler faults, string ns, TestCluster cluster) = await OpenAsync();
        await using (store)
        {
            ResourceDocument read = await store.ApplyResourceAsync(Config(ns, "1"), createOnly: true, resourceVersion: null, Token);
            faults.Choose = (request, _) => request.Method != HttpMethod.Patch ? null : async (send, _) =>
            {
                if (how == "changed")
                {
                    await cluster.KubectlAsync("annotate", "configmap", "c", "-n", ns, "by=another");
                    return await send();
                }

                await cluster.KubectlAsync("delete", "configmap", "c", "-n", ns);
                if (how == "replaced")
                {
                    await cluster.KubectlAsync("create", "configmap", "c", "-n", ns, "--from-literal=b=theirs");
                }

                return await send();
            };
            Assert.Equal("ResourceConflict", await FailAsync(store.ApplyResourceAsync(Config(ns, "2"), createOnly: false, read.ResourceVersion, Token)));
            faults.Choose = (_, _) => null;
            Assert.Equal(how == "changed" ? "1" : null, await ValueAsync(store, ns));
        }
    }

    [Fact]
    public async Task What_appears_while_we_create_it_is_not_merged_into()
    {
        (KubernetesStore store, FaultHandler faults, string ns, TestCluster cluster) = await OpenAsync();
        await using (store)
        {
            faults.Choose = (request, _) => request.Method != HttpMethod.Patch ? null : async (send, _) =>
            {
                await cluster.KubectlAsync("create", "configmap", "c", "-n", ns, "--from-literal=b=theirs");
                return await send();
            };
            Assert.Equal("ResourceExists", await FailAsync(store.ApplyResourceAsync(Config(ns, "1"), createOnly: true, resourceVersion: null, Token)));
            faults.Choose = (_, _) => null;
            Assert.Null(await ValueAsync(store, ns));
        }
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_not_taken_for_anothers()
    {
        (KubernetesStore store, FaultHandler faults, string ns, _) = await OpenAsync();
        await using (store)
        {
            CutFirst(faults, HttpMethod.Patch);
            ResourceDocument made = await store.ApplyResourceAsync(Config(ns, "1"), createOnly: true, resourceVersion: null, Token);
            CutFirst(faults, HttpMethod.Patch);
            await store.ApplyResourceAsync(Config(ns, "2"), createOnly: false, made.ResourceVersion, Token);
            Assert.Equal("2", await ValueAsync(store, ns));
        }
    }

    [Fact]
    public async Task A_removal_whose_answer_was_lost_does_not_remove_what_came_after()
    {
        (KubernetesStore store, FaultHandler faults, string ns, TestCluster cluster) = await OpenAsync();
        await using (store)
        {
            await store.ApplyResourceAsync(Config(ns, "1"), createOnly: true, resourceVersion: null, Token);
            int tries = 0;
            faults.Choose = (request, _) => request.Method != HttpMethod.Delete || tries++ > 0 ? null : async (send, cancellationToken) =>
            {
                using HttpResponseMessage done = await send();
                await cluster.KubectlAsync("create", "configmap", "c", "-n", ns, "--from-literal=a=theirs");
                return await FaultHandler.CutsAfterDoing()(() => Task.FromResult(new HttpResponseMessage()), cancellationToken);
            };
            await store.DeleteResourceAsync(s_config, ns, "c", resourceVersion: null, Token);
            Assert.Equal(2, tries);
            Assert.Equal("theirs", await ValueAsync(store, ns));
        }
    }

    [Fact]
    public async Task Who_has_no_credential_is_told_when_connecting()
    {
        TestCluster cluster = await shared.GetAsync();
        string nobody = await cluster.WriteKubeconfigAsync("nobody", "{}");
        using KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [nobody] });
        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = connection }, Token));
        Assert.Equal(("KubernetesUnauthorized", MeshErrorKind.Authentication), (refused.ErrorId, refused.Kind));
    }

    [Fact]
    public void A_refused_resource_is_not_quoted()
    {
        ApiStatus failure = new()
        {
            Code = 422,
            Reason = "Invalid",
            Message = "Mesh \"m\" is invalid: spec.password: Invalid value: \"hunter2\"",
            Details = new ApiStatusDetails { Causes = [new ApiStatusCause { Field = "spec.password", Reason = "FieldValueInvalid", Message = "Invalid value: \"hunter2\"" }] },
        };
        ApiRequest request = new(HttpMethod.Patch, "/", new ApiTarget("patch", "kuma.io", "meshes", Namespace: null, "m"));
        MeshException refused = KubernetesErrors.From(failure, request, "Mesh m");
        Assert.Contains("spec.password: FieldValueInvalid", refused.Message, StringComparison.Ordinal);
        failure.Details = null;
        Assert.All([refused, KubernetesErrors.From(failure, request, "Mesh m")], error => Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal));
    }

    private async Task<(KubernetesStore Store, FaultHandler Faults, string Namespace, TestCluster Cluster)> OpenAsync()
    {
        TestCluster cluster = await shared.GetAsync();
        string ns = await cluster.CreateNamespaceAsync();
        FaultHandler? faults = null;
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [cluster.KubeconfigPath], Namespace = ns });
        KubernetesStore store = await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = connection }, inner => faults = new FaultHandler(inner), Token);
        return (store, faults!, ns, cluster);
    }

    private static void CutFirst(FaultHandler faults, HttpMethod method)
    {
        int tries = 0;
        faults.Choose = (request, _) => request.Method == method && tries++ == 0 ? FaultHandler.CutsAfterDoing() : null;
    }

    private static ReadOnlyMemory<byte> Config(string ns, string value) => Encoding.UTF8.GetBytes(
        $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"{{ns}}"},"data":{"a":"{{value}}"} }""");

    private static async Task<string?> ValueAsync(KubernetesStore store, string ns)
    {
        if (await store.GetResourceAsync(s_config, ns, "c", Token) is not { } found)
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(found.Json);
        return json.RootElement.GetProperty("data").TryGetProperty("a", out JsonElement value) ? value.GetString() : null;
    }

    private static async Task<string> FailAsync(Task task) => (await Assert.ThrowsAsync<MeshException>(() => task)).ErrorId;
}
