using System.Globalization;
using System.Text.Json;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Issuers;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>Credentials that are renewed: out of files, and by plugins, which are real scripts.</summary>
public sealed class CredentialTests : IDisposable
{
    private readonly ForgedCertificate _authority = ClusterPki.Authority();
    private readonly KubeconfigFolder _folder = new();
    private readonly ManualClock _clock = new(DateTimeOffset.UtcNow);
    private volatile string _accepted = "one";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ATokenFileIsReadAgainEachMinute()
    {
        _folder.Write("token", "one\n");
        await using StubServer server = Server();
        using KubernetesConnection connection = Load(server, "tokenFile: token");
        using HttpMessageInvoker invoker = Ask.Open(connection, _clock);
        await Ask.SendAsync(invoker, connection);
        _folder.Write("token", "two");
        _clock.Advance(TimeSpan.FromSeconds(59));
        await Ask.SendAsync(invoker, connection);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _accepted = "two";
        await Ask.SendAsync(invoker, connection);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer two"], server.Requests.Select(request => request.Authorization));
        File.Delete(_folder.Combine("token"));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(200, await Ask.SendAsync(invoker, connection));
    }

    [Fact]
    public async Task ARefusedTokenIsReadAgainAndTheSameRequestSentOnce()
    {
        _folder.Write("token", "one");
        await using StubServer server = Server();
        using KubernetesConnection connection = Load(server, "tokenFile: token");
        using HttpMessageInvoker invoker = Ask.Open(connection, _clock);
        await Ask.SendAsync(invoker, connection);
        _folder.Write("token", "two");
        _accepted = "two";
        Assert.Equal(200, await Ask.SendAsync(invoker, connection, "body"));
        Assert.Equal(["body", "body"], server.Requests.Skip(1).Select(request => request.Body));
        _accepted = "none";
        Assert.Equal(401, await Ask.SendAsync(invoker, connection));
        Assert.Equal(4, server.Requests.Count); // The same token again would be refused again.
    }

    [Fact]
    public async Task ATokenThatStandsInTheKubeconfigIsNotTriedAgain()
    {
        await using StubServer server = Server();
        using KubernetesConnection connection = Load(server, "token: wrong");
        Assert.Equal(401, await Ask.GetAsync(connection));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task ACertificateFileIsReadAgainWhenItHasExpired()
    {
        ForgedCertificate first = ClusterPki.Client(_authority, "first", recipe => recipe.NotAfter = DateTimeOffset.UtcNow.AddMinutes(2));
        ForgedCertificate second = ClusterPki.Client(_authority, "second");
        _folder.Write("c.crt", first.Pem);
        _folder.Write("c.key", first.KeyPem);
        await using StubServer server = new(ClusterPki.Server(_authority));
        using KubernetesConnection connection = Load(server, "client-certificate: c.crt, client-key: c.key");
        using HttpMessageInvoker invoker = Ask.Open(connection, _clock);
        await Ask.SendAsync(invoker, connection);
        _folder.Write("c.crt", second.Pem);
        _folder.Write("c.key", second.KeyPem);
        _clock.Advance(TimeSpan.FromMinutes(3));
        await Ask.SendAsync(invoker, connection);
        Assert.Equal(["CN=first", "CN=second"], server.Requests.Select(request => request.ClientChain[0]));
    }

    [Fact]
    public async Task APluginIsAskedOnceForManyRequestsAndTold()
    {
        SkipOnWindows();
        await using StubServer server = Server();
        _folder.Write("bin/plugin", """
            #!/bin/sh
            echo "$@" >> calls; printf '%s' "$KUBERNETES_EXEC_INFO" > info; cat > input
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$TOKEN'"}}'
            """);
        MakeExecutable("bin/plugin");
        string cluster = KubeconfigFolder.Cluster(server, _authority, ", extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: x, n: 3, on: true}}]");
        using KubernetesConnection connection = _folder.Load(
            cluster,
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/plugin, args: [get, 'a token'], env: [{name: TOKEN, value: one}], interactiveMode: IfAvailable, provideClusterInfo: true}");
        using HttpMessageInvoker invoker = Ask.Open(connection, _clock);
        int[] codes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Ask.SendAsync(invoker, connection)));
        Assert.All(codes, code => Assert.Equal(200, code));
        Assert.Equal(["get a token"], File.ReadAllLines(_folder.Combine("calls")));
        Assert.Empty(File.ReadAllText(_folder.Combine("input")));
        using JsonDocument info = JsonDocument.Parse(File.ReadAllText(_folder.Combine("info")));
        JsonElement spec = info.RootElement.GetProperty("spec");
        Assert.False(spec.GetProperty("interactive").GetBoolean());
        Assert.Equal(server.Address, spec.GetProperty("cluster").GetProperty("server").GetString());
        Assert.Equal(_authority.Pem, System.Text.Encoding.UTF8.GetString(spec.GetProperty("cluster").GetProperty("certificate-authority-data").GetBytesFromBase64()));
        Assert.Equal("""{"audience":"x","n":3,"on":true}""", spec.GetProperty("cluster").GetProperty("config").GetRawText());
    }

    [Fact]
    public async Task APluginIsAskedAgainBeforeItsCredentialEndsAndOnceWhenManyAreRefused()
    {
        SkipOnWindows();
        await using StubServer server = Server();
        string ends = _clock.GetUtcNow().AddMinutes(10).ToString("O", CultureInfo.InvariantCulture);
        _folder.Write("answer", Answer($"\"token\":\"one\",\"expirationTimestamp\":\"{ends}\""));
        using KubernetesConnection connection = Load(server, Exec("echo x >> calls; cat answer"));
        using HttpMessageInvoker invoker = Ask.Open(connection, _clock);
        await Ask.SendAsync(invoker, connection);
        _clock.Advance(TimeSpan.FromMinutes(9));
        await Ask.SendAsync(invoker, connection);
        Assert.Single(File.ReadAllLines(_folder.Combine("calls")));
        _folder.Write("answer", Answer("\"token\":\"two\""));
        _accepted = "two";
        _clock.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(200, await Ask.SendAsync(invoker, connection));
        Assert.Equal(2, File.ReadAllLines(_folder.Combine("calls")).Length);
        _folder.Write("answer", Answer("\"token\":\"three\""));
        _accepted = "three";
        int[] codes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Ask.SendAsync(invoker, connection, "body")));
        Assert.All(codes, code => Assert.Equal(200, code));
        Assert.Equal(3, File.ReadAllLines(_folder.Combine("calls")).Length);
    }

    [Fact]
    public async Task APluginGivesClientCertificatesAndARenewedOneIsShown()
    {
        SkipOnWindows();
        await using StubServer server = new(ClusterPki.Server(_authority), request => new StubAnswer(request.ClientChain.Contains("CN=second") ? 200 : 401));
        void Give(ForgedCertificate client) =>
            _folder.Write("answer", Answer($"\"clientCertificateData\":{JsonSerializer.Serialize(client.Pem)},\"clientKeyData\":{JsonSerializer.Serialize(client.KeyPem)}"));
        Give(ClusterPki.Client(_authority, "first"));
        using KubernetesConnection connection = Load(server, Exec("cat answer"));
        using HttpMessageInvoker invoker = Ask.Open(connection, _clock);
        Assert.Equal(401, await Ask.SendAsync(invoker, connection));
        Give(ClusterPki.Client(_authority, "second"));
        Assert.Equal(200, await Ask.SendAsync(invoker, connection));
        Assert.Equal(["CN=first", "CN=first", "CN=second"], server.Requests.Select(request => request.ClientChain[0]));
    }

    [Theory]
    [InlineData("echo 'log in: s3cret-t0ken-value-of-some-length' >&2; echo s3cret-t0ken-value-of-some-length; exit 7", "KubernetesExecFailed", "exit code 7: log in: ***.")]
    [InlineData("exit 1", "KubernetesExecFailed", "said nothing. Install it so.")]
    [InlineData("echo s3cret-t0ken-value-of-some-length", "KubernetesExecInvalid", "no JSON")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"s3cret-t0ken-value-of-some-length\"}}'", "KubernetesExecInvalid", "apiVersion")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{}}'", "KubernetesExecInvalid", "neither")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"clientKeyData\":\"s3cret-t0ken-value-of-some-length\",\"token\":\"x\"}}'", "KubernetesExecInvalid", "only one")]
    [InlineData("exec 2>&- >&-; read x; while :; do :; done", "KubernetesExecTimedOut", "1 s")]
    public async Task WhatIsWrongWithAPluginIsSaidWithoutItsCredential(string script, string errorId, string expected)
    {
        SkipOnWindows();
        string path = _folder.WriteOne("server: 'https://a.example'", Exec(script, ", installHint: Install it so."));
        using KubernetesConnection connection = Kubeconfig.Load(_folder.Options with { Paths = [path], PluginTimeout = TimeSpan.FromSeconds(1) });
        MeshException error = await Ask.FailAsync(connection, _clock);
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1", ", interactiveMode: Never")]
    [InlineData("v1", ", interactiveMode: IfAvailable")]
    [InlineData("v1beta1", ", interactiveMode: IfAvailable")]
    [InlineData("v1beta1", "")]
    public async Task APluginThatNeedsNoTerminalGetsNoneAndIsToldSo(string version, string mode)
    {
        SkipOnWindows();
        await using StubServer server = Server();
        string script = $$$"""if read -r x; then exit 3; fi; case "$KUBERNETES_EXEC_INFO" in *"\"interactive\":false"*) echo "{\"apiVersion\":\"client.authentication.k8s.io/{{{version}}}\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"one\"} }";; *) exit 4;; esac""";
        _folder.Write("script", script);
        using KubernetesConnection connection = Load(server, $"exec: {{apiVersion: client.authentication.k8s.io/{version}, command: sh, args: [script]{mode}}}");
        Assert.Equal(200, await Ask.GetAsync(connection, _clock));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1beta1")]
    public async Task APluginThatNeedsATerminalIsNotStartedWithoutOne(string version)
    {
        Assert.SkipUnless(Console.IsInputRedirected, "There is a terminal here; tests/Pester/KubernetesConnect.Tests.ps1 runs such a plugin in one.");
        using KubernetesConnection connection = Load(null, $"exec: {{apiVersion: client.authentication.k8s.io/{version}, command: sh, args: ['-c', 'echo x > started'], interactiveMode: Always}}");
        MeshException error = await Ask.FailAsync(connection, _clock);
        Assert.Equal("KubernetesExecInteractive", error.ErrorId);
        Assert.Contains("'sh' of user 'tester'", error.Message, StringComparison.Ordinal);
        Assert.Contains("interactiveMode Always", error.Message, StringComparison.Ordinal);
        Assert.Contains("run this in a terminal", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Combine("started")));
    }

    [Fact]
    public async Task APluginThatIsNotThereIsSaidWithItsHint()
    {
        using KubernetesConnection connection = _folder.Load(
            "server: 'https://a.example'", "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: no-such-plugin, installHint: Get it from example.com.}");
        MeshException error = await Ask.FailAsync(connection, _clock);
        Assert.Equal("KubernetesExecNotFound", error.ErrorId);
        Assert.Contains("Get it from example.com.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStopEndsThePlugin()
    {
        SkipOnWindows();
        using KubernetesConnection connection = Load(null, Exec("echo $$ > pid.new; mv pid.new pid; while :; do :; done"));
        using HttpMessageInvoker invoker = Ask.Open(connection, _clock);
        using CancellationTokenSource stop = new();
        using FileSystemWatcher watcher = new(_folder.Combine());
        TaskCompletionSource started = new();
        watcher.Renamed += (_, change) => started.TrySetResult();
        watcher.EnableRaisingEvents = true;
        Task<int> asking = Ask.SendAsync(invoker, connection, cancellationToken: stop.Token);
        await started.Task.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        int id = int.Parse(File.ReadAllText(_folder.Combine("pid")), CultureInfo.InvariantCulture);
        Exception? gone = Record.Exception(() => System.Diagnostics.Process.GetProcessById(id).WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.True(gone is null or ArgumentException);
        Assert.Throws<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ALoginTakesItsOwnTimeNotThatOfATry(bool again)
    {
        SkipOnWindows();
        await using StubServer server = Server();
        _folder.Write("answer", Answer("\"token\":\"one\""));
        TimerClock clock = new();
        using KubernetesConnection connection = Load(server, Exec("if [ -e slow ]; then echo > begun.new; mv begun.new begun; while [ ! -e go ]; do :; done; fi; cat answer"));
        KubernetesClientOptions options = new() { TimeProvider = clock, Timeout = TimeSpan.FromSeconds(30) };
        using KubernetesClient client = new(connection.CreateHandler(8, clock), connection.Server, options);
        ApiRequest request = new(HttpMethod.Get, "/version", new ApiTarget("get", "", "/version", Namespace: null, Name: null)) { IsImpatient = true };
        if (again)
        {
            Assert.NotNull((await client.SendAsync(request, KubernetesJson.Default.MetadataObject, TestContext.Current.CancellationToken)).Value);
            _folder.Write("answer", Answer("\"token\":\"two\""));
            _accepted = "two";
        }

        using FileSystemWatcher watcher = new(_folder.Combine());
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Renamed += (_, _) => begun.TrySetResult();
        watcher.EnableRaisingEvents = true;
        _folder.Write("slow", "");
        Task<ApiResult<MetadataObject>> sent = client.SendAsync(request, KubernetesJson.Default.MetadataObject, TestContext.Current.CancellationToken);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(90));
        _folder.Write("go", "");
        Assert.NotNull((await sent).Value);
    }

    [Theory]
    [InlineData("password=hunter2 was wrong", "password=*** was wrong")]
    [InlineData("{\"refresh_token\": \"hunter2\", \"n\": 1}", "{\"refresh_token\": ***, \"n\": 1}")]
    [InlineData("Client-Secret: 'hunter2 with more' refused", "Client-Secret: *** refused")]
    [InlineData("AWS_SECRET_ACCESS_KEY=hunter2\nretry", "AWS_SECRET_ACCESS_KEY=*** retry")]
    [InlineData("login --api-token hunter2 failed", "login --api-token *** failed")]
    [InlineData("Authorization: Bearer hunter2", "Authorization: Bearer ***")]
    [InlineData("token: Bearer hunter2", "token: Bearer ***")]
    [InlineData("the token expired: log in", "the token expired: log in")]
    [InlineData("refresh correct-horse-battery-staple-alpha; session=abcdefghijklmnopqrstuvwxyz", "refresh ***; session=***")]
    [InlineData("session: abc; cookie=short; try again", "session: ***; cookie=***; try again")]
    [InlineData("got abcdefghijklmnopqrst", "got ***")]
    [InlineData("got /AbCdEfGhIjKlMnOpQrStUv", "got ***")]
    [InlineData("Post https://login.microsoftonline.com/common/oauth: no route to login.microsoftonline.com.", "Post https://login.microsoftonline.com/common/oauth: no route to login.microsoftonline.com.")]
    [InlineData("/usr/local/bin/kubelogin and ~/.kube/cache/oidc-login are not there", "/usr/local/bin/kubelogin and ~/.kube/cache/oidc-login are not there")]
    [InlineData("ExpiredTokenException: gke-gcloud-auth-plugin has no login", "ExpiredTokenException: gke-gcloud-auth-plugin has no login")]
    public void WhatIsCalledASecretIsMasked(string said, string shown) => Assert.Equal(shown, Redaction.Mask(said, 600));

    private static string Answer(string status) => $"{{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\",\"status\":{{{status}}}}}";

    private static string Exec(string script, string more = "") =>
        $"exec: {{apiVersion: client.authentication.k8s.io/v1beta1, command: sh, args: ['-c', '{script.Replace("'", "''", StringComparison.Ordinal)}']{more}}}";

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugins of the tests are scripts of sh.");

    private StubServer Server() => new(ClusterPki.Server(_authority), request => new StubAnswer(request.Authorization == $"Bearer {_accepted}" ? 200 : 401));

    private KubernetesConnection Load(StubServer? server, string user) =>
        _folder.Load(server is null ? "server: 'https://a.example'" : KubeconfigFolder.Cluster(server, _authority), user);

    private void MakeExecutable(string name)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.Combine(name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
