using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MeshSecrets.Kubernetes;

/// <summary>The server that fails on purpose does so where it is told, and nowhere else.</summary>
public sealed class FaultServerTests(SharedCluster shared) : IAsyncLifetime
{
    private FaultServer? _started;
    private HttpClient? _client;
    private TestCluster? _cluster;
    private string _namespace = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private FaultServer Server => _started!;

    private HttpClient Client => _client!;

    private string Maps => $"/api/v1/namespaces/{_namespace}/configmaps";

    public async ValueTask InitializeAsync()
    {
        _cluster = await shared.GetAsync();
        _namespace = await _cluster.CreateNamespaceAsync();
        _started = await FaultServer.StartAsync(_cluster);
        _client = _cluster.CreateClient(_started.Address, _started.CertificateAuthorityPem);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_started is not null)
        {
            await _started.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Passes_requests_on(string version)
    {
        Client.DefaultRequestVersion = Version.Parse(version);
        Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using HttpResponseMessage created = await CreateAsync("a");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(Version.Parse(version), created.Version);

        JsonElement read = await Client.GetFromJsonAsync<JsonElement>($"{Maps}/a?pretty=true", Cancellation);
        Assert.Equal("v", read.GetProperty("data").GetProperty("k").GetString());
        Assert.Equal([$"POST {Maps}", $"GET {Maps}/a?pretty=true"], Server.Requests);
    }

    [Fact]
    public async Task Passes_tokens_on_as_they_are()
    {
        using HttpClient anonymous = _cluster!.CreateClient(Server.Address, Server.CertificateAuthorityPem, anonymous: true);
        anonymous.DefaultRequestHeaders.Authorization = new("Bearer", "nobody-has-this-token");
        using HttpResponseMessage answer = await anonymous.GetAsync(Maps, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Kubectl_takes_it_for_a_cluster()
    {
        string kubeconfig = await Server.WriteKubeconfigAsync(@namespace: _namespace);
        Assert.Contains("kube-root-ca.crt", await ExternalProgram.RunAsync(
            ClusterPrograms.Kubectl, ["get", "configmaps", "-o", "name", "--kubeconfig", kubeconfig, "--cache-dir", Path.GetDirectoryName(kubeconfig)!], null, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_itself_as_often_as_told()
    {
        FaultRule busy = Server.On("GET", "/configmaps", Faults.Answer(429, "TooManyRequests", retryAfter: "1"), times: 2);
        for (int time = 0; time < 2; time++)
        {
            using HttpResponseMessage answer = await Client.GetAsync(Maps, Cancellation);
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
            Assert.Equal("TooManyRequests", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("reason").GetString());
        }

        await busy.Met;
        using HttpResponseMessage next = await Client.GetAsync(Maps, Cancellation);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal(2, busy.Count);
    }

    [Fact]
    public async Task Loses_a_request_before_or_after_it_was_done()
    {
        Server.On("POST", Maps, Faults.Lose);
        await Assert.ThrowsAsync<HttpRequestException>(() => CreateAsync("before"));
        Server.On("POST", Maps, Faults.LoseAnswer);
        await Assert.ThrowsAsync<HttpRequestException>(() => CreateAsync("after"));

        string[] names = (await _cluster!.KubectlAsync("get", "configmaps", "-n", _namespace, "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["configmap/after", "configmap/kube-root-ca.crt"], names);
    }

    [Fact]
    public async Task Cuts_the_body_of_an_answer()
    {
        Server.On("GET", Maps, Faults.CutAnswer(bytes: 10));
        using HttpResponseMessage answer = await Client.GetAsync(Maps, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Lets_somebody_else_be_first()
    {
        Server.On("POST", Maps, Faults.Before(() => _cluster!.KubectlAsync("create", "configmap", "a", "-n", _namespace)));
        using HttpResponseMessage late = await CreateAsync("a");
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    [Fact]
    public async Task Gives_the_events_of_a_watch_as_they_come()
    {
        using var events = new StreamReader(await Client.GetStreamAsync($"{Maps}?watch=1&fieldSelector=metadata.name=a", Cancellation));
        using HttpResponseMessage created = await CreateAsync("a");
        Assert.Contains("\"ADDED\"", await events.ReadLineAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hangs_until_the_client_gives_up()
    {
        FaultRule rule = Server.On("GET", Maps, Faults.Hang);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<HttpResponseMessage> asked = Client.GetAsync(Maps, patience.Token);
        await rule.Met;
        Assert.False(asked.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => asked);
    }

    [Fact]
    public async Task Says_when_a_fault_of_the_test_fails_itself()
    {
        FaultServer server = await FaultServer.StartAsync(_cluster!);
        server.On("GET", Maps, Faults.Before(() => throw new FormatException("wrong")));
        using HttpClient client = _cluster!.CreateClient(server.Address, server.CertificateAuthorityPem);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Maps, Cancellation));

        AggregateException failed = await Assert.ThrowsAsync<AggregateException>(() => server.DisposeAsync().AsTask());
        Assert.IsType<FormatException>(Assert.Single(failed.InnerExceptions));
    }

    private Task<HttpResponseMessage> CreateAsync(string name) => Client.PostAsJsonAsync(
        Maps, new { apiVersion = "v1", kind = "ConfigMap", metadata = new { name }, data = new { k = "v" } }, Cancellation);
}
