using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>Listings: what they ask for, what they do when the server forgets them, and what an empty one means.</summary>
public sealed class ListingTests(SharedCluster shared) : FaultyStoreTests(shared)
{
    [Fact]
    public async Task A_list_that_is_forgotten_at_the_same_page_each_time_is_given_up()
    {
        await CreateSecretsAsync("a", "b", "c");
        FaultRule forgotten = _server.On("GET", "continue=", Faults.Answer(410, "Expired"), times: int.MaxValue);
        _server.On("GET", "/secrets?limit=500", OfTwo, times: int.MaxValue);
        List<string> names = [];
        MeshException expired = await Assert.ThrowsAsync<MeshException>(async () =>
        {
            await foreach (SecretMetadata metadata in _store.ListAsync(Query(SecretType.Opaque), Token))
            {
                names.Add(metadata.Id.Name);
            }
        });
        Assert.Equal("KubernetesListExpired", expired.ErrorId);
        Assert.Equal(["a", "b"], names);
        Assert.InRange(forgotten.Count, 2, 20);
    }

    [Fact]
    public async Task A_list_of_resources_that_is_forgotten_each_time_is_given_up()
    {
        await CreateConfigMapsAsync("a", "b", "c");
        FaultRule forgotten = _server.On("GET", "continue=", Faults.Answer(410, "Expired"), times: int.MaxValue);
        _server.On("GET", "/configmaps?limit=500", OfTwo, times: int.MaxValue);
        MeshException expired = await Assert.ThrowsAsync<MeshException>(() => ListResourcesAsync());
        Assert.Equal("KubernetesListExpired", expired.ErrorId);
        Assert.InRange(forgotten.Count, 2, 20);
    }

    [Fact]
    public async Task A_list_of_resources_that_is_forgotten_once_has_each_of_them_once()
    {
        await CreateConfigMapsAsync("a", "b", "c");
        FaultRule forgotten = _server.On("GET", "continue=", Faults.Answer(410, "Expired"));
        _server.On("GET", "/configmaps?limit=500", OfTwo, times: int.MaxValue);
        Assert.Equal(["a", "b", "c", "kube-root-ca.crt"], await ListResourcesAsync());
        Assert.Equal(1, forgotten.Count);
    }

    [Fact]
    public async Task Resources_in_an_order_of_the_servers_own_are_all_there()
    {
        await CreateConfigMapsAsync("a", "b");
        _server.On("GET", "/configmaps?limit=500", async exchange =>
        {
            using HttpResponseMessage answer = await exchange.ForwardAsync();
            JsonNode list = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            list["items"] = new JsonArray([.. list["items"]!.AsArray().Reverse().Select(item => item!.DeepClone())]);
            await exchange.Context.Response.WriteAsJsonAsync(list);
        });
        Assert.Equal(["kube-root-ca.crt", "b", "a"], await ListResourcesAsync());
    }

    [Theory]
    [InlineData("nosuch", "NamespaceNotFound")]
    [InlineData("nosuch*", null)]
    [InlineData(null, null)]
    public async Task A_namespace_that_does_not_exist_is_told_from_an_empty_one(string? name, string? error)
    {
        SecretQuery query = Query(SecretType.Tls, SecretType.CertificateAuthority) with { Namespace = name ?? _namespace };
        Exception? thrown = await Record.ExceptionAsync(() => ListAsync(query));
        Assert.Equal(error, (thrown as MeshException)?.ErrorId);
    }

    [Fact]
    public async Task Who_may_not_see_namespaces_is_not_told_of_them()
    {
        _server.On("GET", "/namespaces/nosuch/secrets", Faults.Before(() => Task.CompletedTask), times: int.MaxValue);
        FaultRule asked = _server.On("GET", "/namespaces/nosuch", Faults.Answer(403, "Forbidden"));
        Assert.Empty(await ListAsync(Query() with { Namespace = "nosuch" }));
        Assert.Equal(1, asked.Count);
    }

    [Fact]
    public async Task A_namespace_in_which_something_is_found_is_not_asked_for()
    {
        await CreateSecretsAsync("a");
        Assert.Equal(["a"], await ListAsync(Query(SecretType.Opaque)));
        Assert.DoesNotContain(_server.Requests, line => line.EndsWith($"/namespaces/{_namespace}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Opaque,metadata.name=fin")]
    [InlineData(@"Opaque\,metadata.name=fin")]
    [InlineData("Opaque=")]
    public async Task A_type_is_a_value_and_no_selector(string type)
    {
        await CreateSecretsAsync("fin");
        Assert.Empty(await ListAsync(Query(type)));
    }

    [Fact]
    public async Task A_name_is_a_value_and_no_selector()
    {
        await CreateSecretsAsync("fin");
        Assert.Empty(await ListAsync(Query() with { Names = ["fin,type=Opaque"] }));
        Assert.Contains(_server.Requests, line => line.Contains(Uri.EscapeDataString(@"metadata.name=fin\,type\=Opaque"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a b", "1")]
    [InlineData("team", "a b")]
    [InlineData("a..b/team", "1")]
    [InlineData("team,other", "1")]
    public async Task A_label_that_is_none_is_refused_before_anything_is_asked(string key, string value)
    {
        int before = _server.Requests.Count;
        SecretQuery query = Query() with { Labels = ImmutableDictionary<string, string>.Empty.Add(key, value) };
        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => ListAsync(query));
        Assert.Equal("LabelInvalid", refused.ErrorId);
        Assert.Contains($"'{key}={value}'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, _server.Requests.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(SecretType.Opaque)]
    public async Task A_server_that_knows_no_form_without_values_is_not_asked_for_one_with_them(string? type)
    {
        await CreateSecretsAsync("a");
        string? accepted = null;
        _server.On("GET", "/secrets?limit=500", async exchange =>
        {
            accepted = exchange.Context.Request.Headers.Accept;
            await Faults.Answer(406, "NotAcceptable")(exchange);
        });
        MeshException failed = await Assert.ThrowsAsync<MeshException>(() => ListAsync(type is null ? Query() : Query(type)));
        Assert.Equal("KubernetesFailed", failed.ErrorId);
        Assert.All(accepted!.Split(','), form => Assert.Contains(";as=", form, StringComparison.Ordinal));
    }

    /// <summary>The same request, for pages of two.</summary>
    private static async Task OfTwo(FaultExchange exchange)
    {
        IHttpRequestFeature request = exchange.Context.Features.GetRequiredFeature<IHttpRequestFeature>();
        request.RawTarget = request.RawTarget.Replace("limit=500", "limit=2", StringComparison.Ordinal);
        using HttpResponseMessage answer = await exchange.ForwardAsync();
        await exchange.AnswerAsync(answer);
    }

    private SecretQuery Query(params string[] types) => new() { Namespace = _namespace, Types = [.. types] };

    private async Task<List<string>> ListAsync(SecretQuery query)
    {
        List<string> names = [];
        await foreach (SecretMetadata metadata in _store.ListAsync(query, Token))
        {
            names.Add(metadata.Id.Name);
        }

        return names;
    }

    private async Task<List<string>> ListResourcesAsync()
    {
        List<string> names = [];
        await foreach (ResourceDocument document in _store.ListResourcesAsync([new ResourceSelection(new ResourceType("", "ConfigMap"))], _namespace, denied: null, Token))
        {
            names.Add(document.Name);
        }

        return names;
    }

    private async Task CreateSecretsAsync(params string[] names)
    {
        foreach (string name in names)
        {
            await _cluster.KubectlAsync("create", "secret", "generic", name, "--from-literal=value=1", "-n", _namespace);
        }
    }

    private async Task CreateConfigMapsAsync(params string[] names)
    {
        foreach (string name in names)
        {
            await _cluster.KubectlAsync("create", "configmap", name, "-n", _namespace);
        }
    }
}
