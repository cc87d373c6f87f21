using System.Text;
using System.Text.Json.Nodes;
using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>What a write reports is what is stored, though nobody knows who set what was there, or the cluster adds to what it is sent.</summary>
public sealed class StoredAsReportedTests(SharedCluster shared) : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private string _namespace = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SecretId Id => new("web", mesh: null, _namespace);

    public async ValueTask InitializeAsync()
    {
        _cluster = await shared.GetAsync();
        _namespace = await _cluster.CreateNamespaceAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("1", "data.b")] // The value that stays the same would be no conflict to the server.
    [InlineData("2", "data.b")]
    public async Task Values_of_nobody_are_not_left_behind_in_silence(string value, string named)
    {
        await using KubernetesStore store = await OpenAsync(force: false);
        await CreateWithoutOwnersAsync();
        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(Write(("a", value)), Token));
        Assert.Equal("FieldManagerConflict", refused.ErrorId);
        Assert.Contains($"{named} was set by somebody of whom the API server knows nothing", refused.Message, StringComparison.Ordinal);
        Assert.Contains("metadata.labels.colour was set by", refused.Message, StringComparison.Ordinal);
        using Secret read = await store.GetRequiredAsync(Id, Token);
        Assert.Equal(["a", "b"], read.GetData().Keys);
    }

    [Fact]
    public async Task A_changed_value_of_nobody_is_said_to_be_of_nobody()
    {
        await using KubernetesStore store = await OpenAsync(force: false);
        await CreateWithoutOwnersAsync();
        using Secret read = await store.GetRequiredAsync(Id, Token);
        SecretData changed = Data(("a", "2"), ("b", "1"));
        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => store.PutAsync(new SecretWrite(new Secret(read.Metadata, changed), WriteMode.Update), Token));
        Assert.Equal("FieldManagerConflict", refused.ErrorId);
        Assert.Contains("data.a was set by somebody of whom the API server knows nothing", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Taken_over_what_nobody_owned_is_as_it_was_written(bool isTrial)
    {
        await using KubernetesStore store = await OpenAsync(force: true);
        await CreateWithoutOwnersAsync();
        SecretMetadata stored = await (isTrial ? store.DryRun : store).PutAsync(Write(("a", "2")), Token);
        Assert.Equal(["a"], stored.DataKeys);
        Assert.Empty(stored.Labels);
        using Secret read = await store.GetRequiredAsync(Id, Token);
        Assert.Equal(isTrial ? ["a", "b"] : ["a"], read.GetData().Keys);
        Assert.Equal(isTrial ? "1" : "2", Encoding.UTF8.GetString(read.GetData().GetValue("a").Span));
    }

    [Fact]
    public async Task What_somebody_else_changed_while_the_names_were_read_is_seen()
    {
        await using FaultServer server = await FaultServer.StartAsync(_cluster);
        await using KubernetesStore store = await OpenAsync(force: true, await server.WriteKubeconfigAsync());
        await CreateWithoutOwnersAsync();
        server.On("PATCH", "/secrets/web", Faults.Before(() => KubectlAsync("patch", "secret", "web", "-p", """{"data":{"c":"MQ=="}}""")));
        SecretMetadata stored = await store.PutAsync(Write(("a", "2")), Token);
        using Secret read = await store.GetRequiredAsync(Id, Token);
        Assert.Equal(["a"], stored.DataKeys);
        Assert.Equal(["a"], read.GetData().Keys);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task What_the_cluster_adds_to_a_write_is_reported(string method)
    {
        await using FaultServer server = await FaultServer.StartAsync(_cluster);
        await using KubernetesStore store = await OpenAsync(force: false, await server.WriteKubeconfigAsync());
        if (method == "PATCH")
        {
            await store.PutAsync(Write(("a", "1")), Token);
        }

        // As a mutating webhook does: to the store, it is the server that adds.
        server.On(method, "/secrets", async exchange =>
        {
            JsonNode body = (await JsonNode.ParseAsync(exchange.Context.Request.Body))!;
            body["data"]!["injected"] = "MQ==";
            body["metadata"]!["labels"] = new JsonObject { ["injected"] = "yes" };
            body["metadata"]!["annotations"]!["example.com/injected"] = "yes";
            exchange.Context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body.ToJsonString()));
            using HttpResponseMessage answer = await exchange.ForwardAsync();
            await exchange.AnswerAsync(answer);
        });
        SecretMetadata stored = await store.PutAsync(Write(("a", "2")), Token);
        using Secret read = await store.GetRequiredAsync(Id, Token);
        Assert.Equal(["a", "injected"], read.Metadata.DataKeys);
        Assert.Equal(read.Metadata.DataKeys, stored.DataKeys);
        Assert.Equal("yes", stored.Labels["injected"]);
        Assert.Equal(read.Metadata.Annotations, stored.Annotations);
    }

    private async Task<KubernetesStore> OpenAsync(bool force, string? kubeconfig = null) => await KubernetesStore.OpenAsync(
        new KubernetesStoreOptions { Connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [kubeconfig ?? _cluster.KubeconfigPath] }), ForceConflicts = force }, Token);

    private async Task CreateWithoutOwnersAsync()
    {
        await KubectlAsync("create", "secret", "generic", "web", "--from-literal=a=1", "--from-literal=b=1");
        await KubectlAsync("label", "secret", "web", "colour=green");
        await KubectlAsync("patch", "secret", "web", "--type=merge", "-p", """{"metadata":{"managedFields":[{}]}}""");
        Assert.Empty(await KubectlAsync("get", "secret", "web", "-o", "jsonpath={.metadata.managedFields}"));
    }

    private Task<string> KubectlAsync(params string[] arguments) => _cluster.KubectlAsync([.. arguments, "-n", _namespace]);

    private static SecretData Data(params (string Key, string Value)[] values)
    {
        SecretData data = new();
        foreach ((string key, string value) in values)
        {
            data.Set(key, Encoding.UTF8.GetBytes(value));
        }

        return data;
    }

    private SecretWrite Write(params (string Key, string Value)[] values) =>
        new(new Secret(new SecretMetadata { Id = Id, Type = SecretType.Opaque }, Data(values)), WriteMode.CreateOrUpdate);
}
