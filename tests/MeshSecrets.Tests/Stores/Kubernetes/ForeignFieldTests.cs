using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Tests.Stores.Kubernetes;

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
    public async Task A_value_that_another_manager_set_in_clear_is_its_own_all_the_same()
    {
        TestCluster cluster = await shared.GetAsync();
        (KubernetesStore store, string ns) = await OpenAsync(cluster, force: false);
        await using (store)
        {
            await cluster.KubectlAsync(
                ["apply", "--server-side", "--field-manager=gardener", "-f", "-"],
                $$"""{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shared", "namespace": "{{ns}}"}, "type": "Opaque", "stringData": {"a": "1"} }""");
            MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(Write(ns, ("a", "2")), Token));
            Assert.Equal("FieldManagerConflict", refused.ErrorId);
            Assert.Contains("data.a belongs to the field manager 'gardener'", refused.Message, StringComparison.Ordinal);
            Assert.Equal("1", await ValueAsync(store, ns, "a"));
            await foreach (SecretMetadata listed in store.ListAsync(new SecretQuery { Namespace = ns, Names = ["shared"] }, Token))
            {
                Assert.Equal(["a"], listed.DataKeys);
            }
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
    public async Task Taken_over_it_is_as_it_was_written_although_another_changed_it_at_the_same_moment()
    {
        TestCluster cluster = await shared.GetAsync();
        FaultHandler others = new();
        (KubernetesStore store, string ns) = await OpenAsync(cluster, force: true, faults: others);
        await using (store)
        {
            await ApplyAsForeignerAsync(cluster, ns, """{"a": "MQ==", "b": "MQ=="}""");
            int removals = 0;
            others.Choose = (request, _) => request.Content?.Headers.ContentType?.MediaType != "application/merge-patch+json" || ++removals > 1 ? null : async (send, _) =>
            {
                await cluster.KubectlAsync("annotate", "secret", "shared", "-n", ns, "example.com/note=meanwhile");
                return await send();
            };
            SecretMetadata stored = await store.PutAsync(Write(ns, ("a", "2")), Token);
            using Secret? read = await store.GetAsync(stored.Id, Token);
            Assert.Equal(["a"], read!.GetData().Keys);
            Assert.Equal((2, "meanwhile"), (removals, read.Metadata.Annotations["example.com/note"]));
            Assert.Equal(read.Metadata.ResourceVersion, stored.ResourceVersion);
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

    [Fact]
    public async Task The_first_change_of_what_this_store_created_takes_one_request_and_a_later_one_still_drops_what_it_leaves_out()
    {
        TestCluster cluster = await shared.GetAsync();
        ConcurrentQueue<string> requests = [];
        (KubernetesStore store, string ns) = await OpenAsync(cluster, force: false, requests.Enqueue);
        await using (store)
        {
            await store.PutAsync(Write(ns, ("a", "1"), ("b", "1")), Token);
            using (Secret? created = await store.GetAsync(new SecretId("shared", mesh: null, ns), Token))
            {
                requests.Clear();
                SecretWrite change = Write(ns, ("a", "2"), ("b", "1"));
                await store.PutAsync(new SecretWrite(new Secret(change.Secret.Metadata with { ResourceVersion = created!.Metadata.ResourceVersion }, change.Secret.GetData()), WriteMode.Update), Token);
                Assert.StartsWith("PATCH ", Assert.Single(requests), StringComparison.Ordinal);
            }

            // What did not change is still its creation's, too: b, and the label.
            await store.PutAsync(Write(ns, ("a", "3")), Token);
            using Secret? read = await store.GetAsync(new SecretId("shared", mesh: null, ns), Token);
            Assert.Equal(["a"], read!.GetData().Keys);
            Assert.Equal("3", Encoding.UTF8.GetString(read.GetData().GetValue("a").Span));
            Assert.Empty(read.Metadata.Labels);
        }
    }

    [Fact]
    public async Task A_change_of_what_this_store_created_takes_nothing_from_another_manager()
    {
        TestCluster cluster = await shared.GetAsync();
        (KubernetesStore store, string ns) = await OpenAsync(cluster, force: false);
        await using (store)
        {
            await store.PutAsync(Write(ns, ("a", "1"), ("b", "1")), Token);
            await cluster.KubectlAsync(
                ["apply", "--server-side", "--force-conflicts", "--field-manager=gardener", "-f", "-"],
                $$"""{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shared", "namespace": "{{ns}}"}, "type": "Opaque", "data": {"b": "Mg=="} }""");
            MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(Write(ns, ("a", "3"), ("b", "3")), Token));
            Assert.Equal("FieldManagerConflict", refused.ErrorId);
            Assert.Contains("data.b belongs to the field manager 'gardener'", refused.Message, StringComparison.Ordinal);
            Assert.Equal("2", await ValueAsync(store, ns, "b"));
        }
    }

    [Fact]
    public async Task Of_what_another_manager_made_immutable_that_is_said_and_not_the_manager()
    {
        TestCluster cluster = await shared.GetAsync();
        (KubernetesStore store, string ns) = await OpenAsync(cluster, force: false);
        await using (store)
        {
            await ApplyAsForeignerAsync(cluster, ns, """{"a": "MQ==", "b": "MQ=="}, "immutable": true""");
            foreach (SecretWrite write in new[] { Write(ns, ("a", "2"), ("b", "2")), Write(ns, ("a", "1")) })
            {
                MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(write, Token));
                Assert.Equal("SecretImmutable", refused.ErrorId);
            }

            // With the values as they are, what stands against it is whose the label is.
            using Secret? same = await store.GetAsync(new SecretId("shared", mesh: null, ns), Token);
            SecretMetadata labelled = same!.Metadata with { Labels = same.Metadata.Labels.SetItem("colour", "red") };
            MeshException owned = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(new SecretWrite(new Secret(labelled, same.GetData()), WriteMode.Update), Token));
            Assert.Equal("FieldManagerConflict", owned.ErrorId);
        }
    }

    private static async Task<(KubernetesStore Store, string Namespace)> OpenAsync(TestCluster cluster, bool force, Action<string>? onRequest = null, FaultHandler? faults = null)
    {
        string ns = await cluster.CreateNamespaceAsync();
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [cluster.KubeconfigPath] });
        KubernetesStoreOptions options = new() { Connection = connection, ForceConflicts = force, OnRequest = onRequest };
        return (await KubernetesStore.OpenAsync(options, handler => Between(handler, faults), Token), ns);
    }

    private static HttpMessageHandler Between(HttpMessageHandler handler, FaultHandler? faults)
    {
        if (faults is null)
        {
            return handler;
        }

        faults.InnerHandler = handler;
        return faults;
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
