using System.Text;
using System.Text.Json.Nodes;
using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Stores.Kubernetes.Watching;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>What the store promises of secrets in a cluster, each against what would break it.</summary>
public sealed class SecretStoreTests(SharedCluster shared) : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private KubernetesStore _store = null!;
    private string _namespace = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await shared.GetAsync();
        _namespace = await _cluster.CreateNamespaceAsync();
        _store = await OpenAsync(_cluster.KubeconfigPath);
    }

    public ValueTask DisposeAsync() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_change_of_what_changed_since_it_was_read_is_a_conflict()
    {
        await _store.PutAsync(Write("web", "1"), Token);
        using Secret read = await _store.GetRequiredAsync(Id("web"), Token);
        await KubectlAsync("label", "secret", "web", "team=shop");
        MeshException conflict = await Assert.ThrowsAsync<MeshException>(() => _store.PutAsync(Changed(read, "2"), Token));
        Assert.Equal("SecretConflict", conflict.ErrorId);
        Assert.Equal("1", await ValueAsync("web"));
    }

    [Fact]
    public async Task A_change_does_not_bring_back_what_was_removed_since_it_was_read()
    {
        await _store.PutAsync(Write("web", "1"), Token);
        using Secret read = await _store.GetRequiredAsync(Id("web"), Token);
        await KubectlAsync("delete", "secret", "web");
        MeshException gone = await Assert.ThrowsAsync<MeshException>(() => _store.PutAsync(Changed(read, "2"), Token));
        Assert.Equal("SecretNotFound", gone.ErrorId);
        Assert.Null(await _store.GetAsync(Id("web"), Token));
    }

    [Fact]
    public async Task A_change_does_not_reach_another_secret_that_took_the_name()
    {
        await _store.PutAsync(Write("web", "1"), Token);
        using Secret read = await _store.GetRequiredAsync(Id("web"), Token);
        await KubectlAsync("delete", "secret", "web");
        await KubectlAsync("create", "secret", "generic", "web", "--from-literal=value=other");
        Assert.Equal("SecretConflict", (await Assert.ThrowsAsync<MeshException>(() => _store.PutAsync(Changed(read, "2"), Token))).ErrorId);
        Assert.Equal("other", await ValueAsync("web"));
    }

    [Fact]
    public async Task A_removal_of_what_changed_since_it_was_read_is_a_conflict()
    {
        SecretMetadata stored = await _store.PutAsync(Write("web", "1"), Token);
        await KubectlAsync("label", "secret", "web", "team=shop");
        Assert.Equal("SecretConflict", (await Assert.ThrowsAsync<MeshException>(() => _store.DeleteAsync(stored.Id, stored.ResourceVersion, Token))).ErrorId);
        Assert.Equal("1", await ValueAsync("web"));
    }

    [Theory]
    [InlineData("east", "SecretNotFound")]
    [InlineData(null, null)]
    public async Task A_removal_means_the_secret_that_a_reading_means(string? mesh, string? error)
    {
        await _store.PutAsync(Write("web", "1"), Token);
        SecretId id = new("web", mesh, _namespace);
        Assert.Equal(error, (await Record.ExceptionAsync(() => _store.DeleteAsync(id, resourceVersion: null, Token)) as MeshException)?.ErrorId);
        Assert.Equal(error is null, await _store.GetAsync(Id("web"), Token) is null);
    }

    [Fact]
    public async Task The_mesh_of_a_secret_never_changes()
    {
        await _store.PutAsync(Write("web", "1"), Token);
        SecretWrite other = new(new Secret(new SecretMetadata { Id = new SecretId("web", "east", _namespace), Type = SecretType.Opaque }, Data("2")), WriteMode.CreateOrUpdate);
        Assert.Equal("SecretMeshConflict", (await Assert.ThrowsAsync<MeshException>(() => _store.PutAsync(other, Token))).ErrorId);
        Assert.Equal("1", await ValueAsync("web"));
    }

    [Fact]
    public async Task The_type_of_a_secret_never_changes()
    {
        await _store.PutAsync(Write("web", "1"), Token);
        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => _store.PutAsync(new SecretWrite(SomeTlsKey.Create(Id("web")), WriteMode.CreateOrUpdate), Token));
        Assert.Equal("SecretTypeImmutable", refused.ErrorId);
        Assert.Equal("1", await ValueAsync("web"));
    }

    [Theory]
    [InlineData(WriteMode.Create)]
    [InlineData(WriteMode.CreateOrUpdate)]
    public async Task A_tls_secret_without_its_key_is_refused_by_the_server_and_the_field_is_named(WriteMode mode)
    {
        if (mode != WriteMode.Create)
        {
            await _store.PutAsync(new SecretWrite(SomeTlsKey.Create(Id("half")), WriteMode.Create), Token);
        }

        using Secret whole = SomeTlsKey.Create(Id("half"));
        whole.GetData().Remove(DataKey.PrivateKey);
        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => _store.PutAsync(new SecretWrite(whole, mode), Token));
        Assert.Equal("KubernetesRefused", refused.ErrorId);
        Assert.Contains("data[tls.key]: Required value", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tried_write_and_a_tried_removal_keep_nothing()
    {
        ISecretStore trial = _store.DryRun;
        await trial.PutAsync(Write("new", "1"), Token);
        Assert.Null(await _store.GetAsync(Id("new"), Token));
        SecretMetadata stored = await _store.PutAsync(Write("web", "1"), Token);
        await trial.PutAsync(Write("web", "2"), Token);
        await trial.DeleteAsync(stored.Id, stored.ResourceVersion, Token);
        Assert.Equal("1", await ValueAsync("web"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_write_whose_answer_was_lost_is_done_once(string method)
    {
        await using FaultServer server = await FaultServer.StartAsync(_cluster);
        await using KubernetesStore store = await OpenAsync(await server.WriteKubeconfigAsync());
        if (method != "POST")
        {
            await _store.PutAsync(Write("web", "1"), Token);
            await _store.PutAsync(Write("web", "1"), Token); // So that nothing is handed over in the one that counts.
        }

        FaultRule lost = server.On(method, "/secrets", Faults.LoseAnswer);
        if (method == "DELETE")
        {
            await store.DeleteAsync(Id("web"), resourceVersion: null, Token);
            Assert.Null(await _store.GetAsync(Id("web"), Token));
        }
        else
        {
            SecretMetadata stored = await store.PutAsync(Write("web", "2") with { Mode = method == "POST" ? WriteMode.Create : WriteMode.Update }, Token);
            using Secret read = await _store.GetRequiredAsync(Id("web"), Token);
            Assert.Equal(stored.ResourceVersion, read.Metadata.ResourceVersion);
            Assert.Equal("2", await ValueAsync("web"));
        }

        Assert.Equal(1, lost.Count);
    }

    [Fact]
    public async Task A_write_that_is_under_way_when_the_caller_stops_ends_and_is_told()
    {
        await using FaultServer server = await FaultServer.StartAsync(_cluster);
        await using KubernetesStore store = await OpenAsync(await server.WriteKubeconfigAsync());
        using CancellationTokenSource stop = new();
        server.On("POST", "/secrets", Faults.After(stop.CancelAsync));
        SecretMetadata stored = await store.PutAsync(Write("web", "1"), stop.Token);
        Assert.Equal(stored.ResourceVersion, (await _store.GetAsync(Id("web"), Token))?.Metadata.ResourceVersion);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutAsync(Write("other", "1"), stop.Token));
        Assert.Null(await _store.GetAsync(Id("other"), Token));
    }

    [Fact]
    public async Task A_listing_of_several_pages_that_expires_in_the_middle_has_each_secret_once()
    {
        await using FaultServer server = await FaultServer.StartAsync(_cluster);
        await using KubernetesStore store = await OpenAsync(await server.WriteKubeconfigAsync());
        SecretWrite[] writes = [.. Enumerable.Range(0, 1100).Select(i => Write($"s-{i:0000}", "1"))];
        Assert.All(await _store.PutAllAsync(writes, Token), result => Assert.Null(result.Error));

        // The third page is asked for, and the server has forgotten the list.
        FaultRule expired = server.On("GET", "continue=", Faults.Answer(410, "Expired"));
        List<string> names = [];
        await foreach (SecretMetadata metadata in store.ListAsync(new SecretQuery { Namespace = _namespace, Types = [SecretType.Opaque] }, Token))
        {
            names.Add(metadata.Id.Name);
        }

        Assert.Equal(1, expired.Count);
        Assert.Equal(writes.Select(write => write.Secret.Id.Name), names);
    }

    [Fact]
    public async Task A_type_that_nobody_has_has_an_empty_listing() =>
        Assert.Empty(await ListAsync(new SecretQuery { Namespace = _namespace, Types = [SecretType.Tls, SecretType.CertificateAuthority] }));

    [Fact]
    public async Task A_namespace_or_a_type_that_is_named_twice_is_listed_once()
    {
        await _store.PutAsync(Write("web", "1"), Token);
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [_cluster.KubeconfigPath] });
        await using KubernetesStore store = await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = connection, Namespaces = [_namespace, _namespace] }, Token);
        List<string> names = [];
        await foreach (SecretMetadata metadata in store.ListAsync(new SecretQuery { Types = [SecretType.Opaque, SecretType.Opaque] }, Token))
        {
            names.Add(metadata.Id.Name);
        }

        Assert.Equal(["web"], names);
    }

    [Fact]
    public async Task What_kubectl_keeps_of_values_in_annotations_is_nowhere_in_metadata()
    {
        await _cluster.KubectlAsync(
            ["apply", "-f", "-"],
            $$"""{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "applied", "namespace": "{{_namespace}}"}, "type": "Opaque", "stringData": {"value": "not to be seen"} }""");
        using Secret read = await _store.GetRequiredAsync(Id("applied"), Token);
        Assert.Equal("not to be seen", Encoding.UTF8.GetString(read.GetData().GetValue("value").Span));
        Assert.Empty(read.Metadata.Annotations);
        Assert.Empty(Assert.Single(await ListAsync(new SecretQuery { Namespace = _namespace, Names = ["applied"] })).Annotations);
    }

    [Theory]
    [InlineData("kapp.k14s.io/original")]
    [InlineData("objectset.rio.cattle.io/applied")]
    [InlineData("banzaicloud.com/last-applied")]
    public async Task What_other_tools_keep_of_values_in_annotations_is_nowhere_in_metadata(string annotation)
    {
        await KubectlAsync("create", "secret", "generic", "applied", "--from-literal=value=x");
        await KubectlAsync("annotate", "secret", "applied", $"{annotation}={{\"data\":{{\"value\":\"not to be seen\"}}}}", "example.com/note=seen");
        using Secret read = await _store.GetRequiredAsync(Id("applied"), Token);
        Assert.Equal(["example.com/note"], read.Metadata.Annotations.Keys);
        Assert.Equal(["example.com/note"], Assert.Single(await ListAsync(new SecretQuery { Namespace = _namespace, Names = ["applied"] })).Annotations.Keys);
        await using Told<SecretChange> told = new(ct => _store.WatchAsync(new SecretQuery { Namespace = _namespace, Names = ["applied"] }, new SecretWatchOptions { IncludePresent = true }, ct));
        Assert.Equal(["example.com/note"], (await told.NextAsync()).Secret.Annotations.Keys);
    }

    [Theory]
    [InlineData("annotate --overwrite secret web certificate.meshsecrets.io/not-after=2099-01-01T00:00:00Z")]
    [InlineData("annotate --overwrite secret web certificate.meshsecrets.io/fingerprint-sha256=00")]
    public async Task What_others_write_of_a_certificate_is_not_believed(string command)
    {
        SecretMetadata stored = await _store.PutAsync(new SecretWrite(SomeTlsKey.Create(Id("web")), WriteMode.Create), Token);
        await KubectlAsync(command.Split(' '));
        SecretMetadata listed = Assert.Single(await ListAsync(new SecretQuery { Namespace = _namespace, Types = [SecretType.Tls] }));
        Assert.Equal(stored.Certificate!.NotAfter, listed.Certificate!.NotAfter);
        Assert.Equal(stored.Certificate.Thumbprint, listed.Certificate.Thumbprint);
    }

    [Fact]
    public async Task A_certificate_that_others_put_in_place_is_read_each_time_it_changes()
    {
        await _store.PutAsync(new SecretWrite(SomeTlsKey.Create(Id("web")), WriteMode.Create), Token);
        for (int i = 0; i < 2; i++)
        {
            using Secret replacement = SomeTlsKey.Create(Id("web"));
            JsonObject data = [];
            foreach (string key in replacement.GetData().Keys)
            {
                data[key] = Convert.ToBase64String(replacement.GetData().GetValue(key).Span);
            }

            await KubectlAsync("patch", "secret", "web", "-p", new JsonObject { ["data"] = data }.ToJsonString());
            SecretMetadata listed = Assert.Single(await ListAsync(new SecretQuery { Namespace = _namespace, Types = [SecretType.Tls] }));
            Assert.Equal(replacement.Metadata.Certificate!.Thumbprint, listed.Certificate!.Thumbprint);
        }
    }

    private static async Task<KubernetesStore> OpenAsync(string kubeconfig) => await KubernetesStore.OpenAsync(
        new KubernetesStoreOptions { Connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [kubeconfig] }) }, Token);

    private static SecretData Data(string value) => new SecretData().Set("value", Encoding.UTF8.GetBytes(value));

    private static SecretWrite Changed(Secret read, string value) => new(new Secret(read.Metadata, Data(value)), WriteMode.Update);

    private SecretId Id(string name) => new(name, mesh: null, _namespace);

    private SecretWrite Write(string name, string value) =>
        new(new Secret(new SecretMetadata { Id = Id(name), Type = SecretType.Opaque }, Data(value)), WriteMode.CreateOrUpdate);

    private Task<string> KubectlAsync(params string[] arguments) => _cluster.KubectlAsync([.. arguments, "-n", _namespace]);

    private async Task<string> ValueAsync(string name)
    {
        using Secret read = await _store.GetRequiredAsync(Id(name), Token);
        return Encoding.UTF8.GetString(read.GetData().GetValue("value").Span);
    }

    private async Task<List<SecretMetadata>> ListAsync(SecretQuery query)
    {
        List<SecretMetadata> found = [];
        await foreach (SecretMetadata metadata in _store.ListAsync(query, Token))
        {
            found.Add(metadata);
        }

        return found;
    }
}
