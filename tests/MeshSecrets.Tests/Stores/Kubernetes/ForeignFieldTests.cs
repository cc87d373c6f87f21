using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>Fields that others set in a secret: named in the conflict, kept unless they are taken over.</summary>
public sealed class ForeignFieldTests(SharedCluster shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_of_another_manager_is_not_overwritten_and_the_conflict_names_it()
    {
        TestCluster cluster = await shared.GetAsync();
        (KubernetesStore store, string ns) = await OpenAsync(cluster, force: false);
        await using (store)
        {
            await ApplyAsForeignerAsync(cluster, ns, """{"a": "MQ=="}""");
            MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(Write(ns, ("a", "2"), ("b", "2")), Token));
            Assert.Equal("FieldManagerConflict", refused.ErrorId);
            Assert.Contains("data.a belongs to the field manager 'gardener'", refused.Message, StringComparison.Ordinal);
            Assert.Equal("1", await ValueAsync(store, ns, "a"));
        }
    }

    [Fact]
    public async Task A_value_of_another_manager_that_a_write_leaves_out_is_named_too()
    {
        TestCluster cluster = await shared.GetAsync();
        (KubernetesStore store, string ns) = await OpenAsync(cluster, force: false);
        await using (store)
        {
            await ApplyAsForeignerAsync(cluster, ns, """{"a": "MQ==", "b": "MQ=="}""");
            MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(Write(ns, ("a", "1")), Token));
            Assert.Equal("FieldManagerConflict", refused.ErrorId);
            Assert.Contains("data.b belongs to the field manager 'gardener'", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Taken_over_the_secret_is_as_it_was_written_and_nothing_more()
    {
        TestCluster cluster = await shared.GetAsync();
        (KubernetesStore store, string ns) = await OpenAsync(cluster, force: true);
        await using (store)
        {
            await ApplyAsForeignerAsync(cluster, ns, """{"a": "MQ==", "b": "MQ=="}""");
            SecretMetadata stored = await store.PutAsync(Write(ns, ("a", "2")), Token);
            using Secret? read = await store.GetAsync(stored.Id, Token);
            Assert.Equal(["a"], read!.GetData().Keys);
            Assert.Equal("2", Encoding.UTF8.GetString(read.GetData().GetValue("a").Span));
            Assert.Equal(read.Metadata.ResourceVersion, stored.ResourceVersion);
            Assert.DoesNotContain("colour", read.Metadata.Labels.Keys);
        }
    }

    [Fact]
    public async Task What_this_store_created_with_a_value_and_writes_without_has_it_no_more()
    {
        TestCluster cluster = await shared.GetAsync();
        (KubernetesStore store, string ns) = await OpenAsync(cluster, force: false);
        await using (store)
        {
            await store.PutAsync(Write(ns, ("a", "1"), ("b", "1")), Token);
            await store.PutAsync(Write(ns, ("a", "1")), Token);
            using Secret? read = await store.GetAsync(new SecretId("shared", mesh: null, ns), Token);
            Assert.Equal(["a"], read!.GetData().Keys);
        }
    }

    private static async Task<(KubernetesStore Store, string Namespace)> OpenAsync(TestCluster cluster, bool force)
    {
        string ns = await cluster.CreateNamespaceAsync();
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [cluster.KubeconfigPath] });
        return (await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = connection, ForceConflicts = force }, Token), ns);
    }

    private static Task<string> ApplyAsForeignerAsync(TestCluster cluster, string ns, string data) => cluster.KubectlAsync(
        ["apply", "--server-side", "--field-manager=gardener", "-f", "-"],
        $$"""
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shared", "namespace": "{{ns}}", "labels": {"colour": "green"} }, "type": "Opaque", "data": {{data}} }
        """);

    private static SecretWrite Write(string ns, params (string Key, string Value)[] values)
    {
        SecretData data = new();
        foreach ((string key, string value) in values)
        {
            data.Set(key, Encoding.UTF8.GetBytes(value));
        }

        return new SecretWrite(
            new Secret(
                new SecretMetadata
                {
                    Id = new SecretId("shared", mesh: null, ns),
                    Type = SecretType.Opaque,
                    Labels = values.Length == 1 ? ImmutableSortedDictionary<string, string>.Empty : ImmutableSortedDictionary<string, string>.Empty.Add("colour", "green"),
                },
                data),
            WriteMode.CreateOrUpdate);
    }

    private static async Task<string> ValueAsync(KubernetesStore store, string ns, string key)
    {
        using Secret? read = await store.GetAsync(new SecretId("shared", mesh: null, ns), Token);
        return Encoding.UTF8.GetString(read!.GetData().GetValue(key).Span);
    }
}
