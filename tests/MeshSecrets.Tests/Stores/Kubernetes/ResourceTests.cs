using System.Text;
using System.Text.Json;
using MeshSecrets.Kubernetes;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>Resources of a real cluster: found by discovery, listed whole, applied under our field manager, removed.</summary>
public sealed class ResourceTests(MeshCluster meshes) : IClassFixture<MeshCluster>
{
    private static readonly ResourceType s_gateway = new("networking.istio.io", "Gateway");
    private static readonly ResourceType s_config = new("", "ConfigMap");
    private static readonly ResourceType s_mesh = new("kuma.io", "Mesh");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_resource_is_applied_read_changed_and_removed()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            ResourceDocument made = await store.ApplyResourceAsync(Gateway(ns, "a", "one"), createOnly: true, resourceVersion: null, Token);
            Assert.Equal((s_gateway, ns, "a"), (made.Type, made.Namespace, made.Name));
            await store.ApplyResourceAsync(Gateway(ns, "a", "two"), createOnly: false, resourceVersion: null, Token);
            Assert.Equal("two", await meshes.Cluster.KubectlAsync("get", "gateway", "a", "-n", ns, "-o", "jsonpath={.spec.credential}"));
            Assert.Equal("meshsecrets", await meshes.Cluster.KubectlAsync("get", "gateway", "a", "-n", ns, "-o", "jsonpath={.metadata.managedFields[*].manager}"));

            ResourceDocument read = Assert.IsType<ResourceDocument>(await store.GetResourceAsync(s_gateway, ns, "a", Token));
            Assert.Equal("two", Spec(read).GetProperty("credential").GetString());
            Assert.DoesNotContain("managedFields", Encoding.UTF8.GetString(read.Json.Span), StringComparison.Ordinal);
            Assert.Equal("ResourceConflict", await FailAsync(store.DeleteResourceAsync(s_gateway, ns, "a", made.ResourceVersion, Token)));
            await store.DeleteResourceAsync(s_gateway, ns, "a", read.ResourceVersion, Token);
            Assert.Null(await store.GetResourceAsync(s_gateway, ns, "a", Token));
            Assert.Equal("ResourceNotFound", await FailAsync(store.DeleteResourceAsync(s_gateway, ns, "a", null, Token)));
        }
    }

    [Fact]
    public async Task A_field_that_is_no_longer_applied_goes()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            await store.ApplyResourceAsync(Object("v1", "ConfigMap", ns, "c", "\"data\":{\"a\":\"1\",\"b\":\"1\"}"), createOnly: true, resourceVersion: null, Token);
            await store.ApplyResourceAsync(Object("v1", "ConfigMap", ns, "c", "\"data\":{\"a\":\"1\"}"), createOnly: false, resourceVersion: null, Token);
            Assert.Equal("""{"a":"1"}""", await meshes.Cluster.KubectlAsync("get", "configmap", "c", "-n", ns, "-o", "jsonpath={.data}"));
        }
    }

    [Fact]
    public async Task What_is_there_is_not_created_and_what_another_set_is_not_overwritten()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            await meshes.Cluster.KubectlAsync(["apply", "--server-side", "--field-manager=gardener", "-f", "-"], Encoding.UTF8.GetString(Gateway(ns, "a", "theirs").Span));
            Assert.Equal("ResourceExists", await FailAsync(store.ApplyResourceAsync(Gateway(ns, "a", "ours"), createOnly: true, resourceVersion: null, Token)));
            MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.ApplyResourceAsync(Gateway(ns, "a", "ours"), createOnly: false, resourceVersion: null, Token));
            Assert.Equal("FieldManagerConflict", refused.ErrorId);
            Assert.Contains("spec.credential belongs to the field manager 'gardener'", refused.Message, StringComparison.Ordinal);
        }

        (KubernetesStore forcing, _) = await meshes.OpenAsync(options => options with { ForceConflicts = true });
        await using (forcing)
        {
            ResourceDocument taken = await forcing.ApplyResourceAsync(Gateway(ns, "a", "ours"), createOnly: false, resourceVersion: null, Token);
            Assert.Equal("ours", Spec(taken).GetProperty("credential").GetString());
        }
    }

    [Fact]
    public async Task A_trial_keeps_nothing()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            IResourceStore trial = Assert.IsAssignableFrom<IResourceStore>(store.DryRun);
            Assert.Equal("a", (await trial.ApplyResourceAsync(Gateway(ns, "a", "one"), createOnly: true, resourceVersion: null, Token)).Name);
            Assert.Null(await store.GetResourceAsync(s_gateway, ns, "a", Token));
            await store.ApplyResourceAsync(Gateway(ns, "a", "one"), createOnly: true, resourceVersion: null, Token);
            await trial.DeleteResourceAsync(s_gateway, ns, "a", null, Token);
            Assert.NotNull(await store.GetResourceAsync(s_gateway, ns, "a", Token));
        }
    }

    [Fact]
    public async Task What_stands_in_no_namespace_needs_none_and_what_names_none_stands_in_the_usual_one()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            ResourceDocument mesh = await store.ApplyResourceAsync(Object("kuma.io/v1alpha1", "Mesh", "nowhere", $"m-{ns}", "\"spec\":{}"), createOnly: true, resourceVersion: null, Token);
            Assert.Null(mesh.Namespace);
            Assert.NotNull(await store.GetResourceAsync(s_mesh, "nowhere", $"m-{ns}", Token));
            ResourceDocument gateway = await store.ApplyResourceAsync(Object("networking.istio.io/v1", "Gateway", null, "a", "\"spec\":{}"), createOnly: true, resourceVersion: null, Token);
            Assert.Equal(ns, gateway.Namespace);
        }
    }

    [Fact]
    public async Task A_kind_that_is_not_installed_has_no_resources_and_is_named_when_applied_until_it_is_installed()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            ResourceType later = new("later.example.com", "Later");
            Assert.Empty(await ListAsync(store, new ResourceSelection(later), ns));
            MeshException missing = await Assert.ThrowsAsync<MeshException>(() => store.ApplyResourceAsync(Object("later.example.com/v1", "Later", ns, "l", "\"spec\":{}"), createOnly: false, resourceVersion: null, Token));
            Assert.Equal("ResourceKindMissing", missing.ErrorId);
            MeshException version = await Assert.ThrowsAsync<MeshException>(() => store.ApplyResourceAsync(Object("networking.istio.io/v1beta9", "Gateway", ns, "l", "\"spec\":{}"), createOnly: false, resourceVersion: null, Token));
            Assert.Contains("but of networking.istio.io/v1", version.Message, StringComparison.Ordinal);

            await meshes.Cluster.KubectlAsync(["apply", "-f", "-"], """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: { name: laters.later.example.com }
                spec:
                  group: later.example.com
                  scope: Namespaced
                  names: { kind: Later, plural: laters, singular: later, listKind: LaterList }
                  versions:
                  - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
                """);
            await meshes.Cluster.KindsAreServedAsync("laters.later.example.com");
            await meshes.Cluster.KubectlAsync(["create", "-f", "-"], Encoding.UTF8.GetString(Object("later.example.com/v1", "Later", ns, "l", "\"spec\":{}").Span));
            Assert.Equal("l", Assert.Single(await ListAsync(store, new ResourceSelection(later), ns)).Name);
        }
    }

    [Theory]
    [InlineData("""{"kind":"Gateway","metadata":{"name":"a"}}""", "apiVersion")]
    [InlineData("""{"apiVersion":"v1","metadata":{"name":"a"}}""", "kind")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{}}""", "metadata.name")]
    public async Task What_is_no_resource_is_refused(string json, string missing)
    {
        (KubernetesStore store, _) = await meshes.OpenAsync();
        await using (store)
        {
            MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.ApplyResourceAsync(Encoding.UTF8.GetBytes(json), createOnly: false, resourceVersion: null, Token));
            Assert.Equal("ResourceInvalid", refused.ErrorId);
            Assert.Contains(missing, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Config_maps_are_selected_by_name_and_label_and_have_their_kind()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            await store.ApplyResourceAsync(Object("v1", "ConfigMap", ns, "roots", "\"data\":{\"a\":\"1\"}"), createOnly: true, resourceVersion: null, Token);
            await meshes.Cluster.KubectlAsync("label", "configmap", "roots", "-n", ns, "trust.cert-manager.io/bundle=b");
            ResourceDocument byName = Assert.Single(await ListAsync(store, new ResourceSelection(s_config, "roots"), ns));
            ResourceDocument byLabel = Assert.Single(await ListAsync(store, new ResourceSelection(s_config, Label: "trust.cert-manager.io/bundle"), ns));
            Assert.Equal(byName.Name, byLabel.Name);
            using JsonDocument json = JsonDocument.Parse(byName.Json);
            Assert.Equal("ConfigMap", json.RootElement.GetProperty("kind").GetString());
            Assert.Equal("v1", json.RootElement.GetProperty("apiVersion").GetString());
        }
    }

    [Fact]
    public async Task More_than_a_page_is_listed_once_each_though_the_list_expires_in_the_middle()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            const int Count = 620;
            ParallelOptions options = new() { MaxDegreeOfParallelism = 8, CancellationToken = Token };
            await Parallel.ForAsync(0, Count, options, async (i, token) =>
                await store.ApplyResourceAsync(Object("v1", "ConfigMap", ns, $"c{i:D4}", "\"data\":{}"), createOnly: false, resourceVersion: null, token));
            List<string> names = [];
            await foreach (ResourceDocument each in store.ListResourcesAsync([new ResourceSelection(s_config)], ns, denied: null, Token))
            {
                names.Add(each.Name);
                if (names.Count == 400)
                {
                    // The first page was read; the next one is asked for by a token that no longer holds.
                    await meshes.Cluster.KubectlAsync("create", "configmap", "zz", "-n", ns);
                    await meshes.Cluster.CompactAsync();
                }
            }

            Assert.Equal(names.Count, names.Distinct().Count());
            Assert.Equal(Enumerable.Range(0, Count).Select(i => $"c{i:D4}"), names.Where(name => name.StartsWith('c')).Order(StringComparer.Ordinal));
            Assert.Contains("zz", names); // The list that began anew has it: the old one would not.
        }
    }

    [Fact]
    public async Task A_kind_that_may_not_be_listed_is_told_and_the_others_are_listed()
    {
        (KubernetesStore admin, string ns) = await meshes.OpenAsync();
        await using (admin)
        {
            await admin.ApplyResourceAsync(Gateway(ns, "a", "one"), createOnly: true, resourceVersion: null, Token);
        }

        string alice = await meshes.Cluster.CreateUserAsync("gateway-reader", @namespace: ns);
        await meshes.Cluster.KubectlAsync("create", "clusterrole", $"gateways-{ns}", "--verb=list", "--resource=gateways.networking.istio.io");
        await meshes.Cluster.KubectlAsync("create", "clusterrolebinding", $"gateways-{ns}", $"--clusterrole=gateways-{ns}", "--user=gateway-reader");
        (KubernetesStore store, _) = await meshes.OpenAsync(kubeconfig: alice);
        await using (store)
        {
            List<MeshException> denied = [];
            List<ResourceDocument> found = [];
            await foreach (ResourceDocument each in store.ListResourcesAsync([new ResourceSelection(s_mesh), new ResourceSelection(s_gateway)], null, denied.Add, Token))
            {
                found.Add(each);
            }

            Assert.Contains(found, each => each.Namespace == ns && each.Name == "a");
            MeshException lacked = Assert.Single(denied);
            Assert.Equal("KubernetesForbidden", lacked.ErrorId);
            Assert.Contains("may not list meshes of kuma.io", lacked.Message, StringComparison.Ordinal);
            Assert.Equal("KubernetesForbidden", (await Assert.ThrowsAsync<MeshException>(() => ListAsync(store, new ResourceSelection(s_mesh), null))).ErrorId);
        }
    }

    private static async Task<List<ResourceDocument>> ListAsync(KubernetesStore store, ResourceSelection selection, string? ns)
    {
        List<ResourceDocument> found = [];
        await foreach (ResourceDocument each in store.ListResourcesAsync([selection], ns, denied: null, Token))
        {
            found.Add(each);
        }

        return found;
    }

    private static async Task<string> FailAsync(Task task) => (await Assert.ThrowsAsync<MeshException>(() => task)).ErrorId;

    private static JsonElement Spec(ResourceDocument document)
    {
        using JsonDocument json = JsonDocument.Parse(document.Json);
        return json.RootElement.GetProperty("spec").Clone();
    }

    private static ReadOnlyMemory<byte> Gateway(string ns, string name, string credential) =>
        Object("networking.istio.io/v1", "Gateway", ns, name, $$"""
            "spec":{"credential":"{{credential}}"}
            """);

    private static ReadOnlyMemory<byte> Object(string apiVersion, string kind, string? ns, string name, string rest) => Encoding.UTF8.GetBytes(
        $$"""{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","metadata":{"name":"{{name}}"{{(ns is null ? "" : $",\"namespace\":\"{ns}\"")}}},{{rest}}}""");
}
