using System.Net;
using System.Net.Sockets;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Issuers;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>Connections made of kubeconfigs, over real sockets.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly ForgedCertificate _authority = ClusterPki.Authority();
    private readonly KubeconfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ATokenIsSentToAServerOfTheClustersAuthority()
    {
        await using StubServer server = new(ClusterPki.Server(_authority));
        using KubernetesConnection connection = _folder.Load(KubeconfigFolder.Cluster(server, _authority), "token: abc.def-123");
        await Ask.GetAsync(connection);
        StubRequest request = Assert.Single(server.Requests);
        Assert.Equal("Bearer abc.def-123", request.Authorization);
        Assert.StartsWith("MeshSecrets/", request.Headers["User-Agent"][0], StringComparison.Ordinal);
        Assert.DoesNotContain("abc.def", connection.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANameAndAPasswordAreSent()
    {
        await using StubServer server = new(ClusterPki.Server(_authority));
        using KubernetesConnection connection = _folder.Load(KubeconfigFolder.Cluster(server, _authority), "username: üser, password: 'p:w'");
        await Ask.GetAsync(connection);
        Assert.Equal($"Basic {KubeconfigFolder.Base64("üser:p:w")}", Assert.Single(server.Requests).Authorization);
    }

    [Theory]
    [InlineData("P256", false)]
    [InlineData("P256", true)]
    [InlineData("P384", false)]
    [InlineData("P384", true)]
    [InlineData("Rsa", false)]
    [InlineData("Rsa", true)]
    public async Task AClientCertificateIsShownWithItsIntermediates(string algorithm, bool traditional)
    {
        ForgedCertificate intermediate = ClusterPki.Intermediate(_authority);
        ForgedCertificate client = ClusterPki.Client(intermediate, "carol", recipe => recipe.Key = algorithm == "Rsa" ? ForgedKey.Rsa() : ForgedKey.Ec("carol", algorithm));
        await using StubServer server = new(ClusterPki.Server(_authority));
        using KubernetesConnection connection = _folder.Load(
            KubeconfigFolder.Cluster(server, _authority),
            KubeconfigFolder.CertificateUser(client, intermediate.Pem, traditional ? client.Key.TraditionalPem : client.KeyPem));
        await Ask.GetAsync(connection);
        Assert.Equal(["CN=carol", "CN=users-ca"], Assert.Single(server.Requests).ClientChain);
    }

    [Fact]
    public void AKeyOfAnotherCertificateIsRefused()
    {
        ForgedCertificate client = ClusterPki.Client(_authority);
        Fails.With("KeyCertificateMismatch", () => _folder.Load("server: 'https://a.example'", KubeconfigFolder.CertificateUser(client, key: ForgedKey.Ec("other").Pem)));
    }

    [Fact]
    public async Task AnExpiredClientCertificateIsFoundBeforeAnythingIsSent()
    {
        ForgedCertificate client = ClusterPki.Client(_authority);
        await using StubServer server = new(ClusterPki.Server(_authority));
        using KubernetesConnection connection = _folder.Load(KubeconfigFolder.Cluster(server, _authority), KubeconfigFolder.CertificateUser(client));
        MeshException error = await Ask.FailAsync(connection, new ManualClock(client.Info.NotAfter.AddSeconds(1)));
        Assert.Equal("KubernetesClientCertificateExpired", error.ErrorId);
        Assert.Contains($"{client.Info.NotAfter:u}", error.Message, StringComparison.Ordinal);
        Assert.Contains("user 'tester'", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task WhomToActForIsSaidInHeaders()
    {
        await using StubServer server = new(ClusterPki.Server(_authority));
        using KubernetesConnection connection = _folder.Load(
            KubeconfigFolder.Cluster(server, _authority),
            "token: abc, as: alice, as-uid: '17', as-groups: [a, b], as-user-extra: {'example.com/Scope': [x, y]}");
        await Ask.GetAsync(connection);
        StubRequest request = Assert.Single(server.Requests);
        Assert.Equal(["alice"], request.Headers["Impersonate-User"]);
        Assert.Equal(["a", "b"], request.Headers["Impersonate-Group"]); // A line each: the server takes commas for parts of a name.
        Assert.Equal(["17"], request.Headers["Impersonate-Uid"]);
        Assert.Equal(["x", "y"], request.Headers["Impersonate-Extra-example.com%2FScope"]);
    }

    [Fact]
    public async Task NamesOfAttributesMayHaveAllLetters()
    {
        await using StubServer server = new(ClusterPki.Server(_authority));
        using KubernetesConnection connection = _folder.Load(
            KubeconfigFolder.Cluster(server, _authority), "token: abc, as: 'system:serviceaccount:shop:web', as-user-extra: {'größe: 100%': ['a, b']}");
        await Ask.GetAsync(connection);
        Assert.Equal(["a, b"], Assert.Single(server.Requests).Headers["Impersonate-Extra-gr%C3%B6%C3%9Fe%3A%20100%25"]);
    }

    [Theory]
    [InlineData(@"as: ""alice\nImpersonate-Group: system:masters""")]
    [InlineData(@"as: ""alice\rImpersonate-Group: system:masters""")]
    [InlineData(@"as: ""alice\0""")]
    [InlineData(@"as: ""alicé""")]
    [InlineData(@"as: "" alice""")]
    [InlineData(@"as: alice, as-groups: [a, ""b\nImpersonate-Group: system:masters""]")]
    [InlineData(@"as: alice, as-groups: [""""]")]
    [InlineData(@"as: alice, as-uid: ""1\r\nImpersonate-Group: system:masters""")]
    [InlineData(@"as: alice, as-user-extra: {""a\nImpersonate-Group"": [b]}")]
    [InlineData(@"as: alice, as-user-extra: {a: [b, ""c\x7f""]}")]
    public async Task WhomToActForCannotBeMoreThanOneHeader(string user)
    {
        await using StubServer server = new(ClusterPki.Server(_authority));
        MeshException error = Fails.With("KubernetesImpersonationInvalid", () => _folder.Load(KubeconfigFolder.Cluster(server, _authority), $"token: abc, {user}"));
        Assert.DoesNotContain("masters", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task AServerOfAnotherAuthorityIsNotTrusted()
    {
        await using StubServer server = new(ClusterPki.Server(ClusterPki.Authority("CN=other-ca", "other-ca")));
        using KubernetesConnection connection = _folder.Load(KubeconfigFolder.Cluster(server, _authority), "token: abc");
        MeshException error = await Ask.FailAsync(connection);
        Assert.Equal("KubernetesAuthorityUnknown", error.ErrorId);
        Assert.Contains("'CN=other-ca'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'CN=cluster-ca'", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task WithoutAnAuthorityThoseOfTheSystemCount()
    {
        await using StubServer server = new(ClusterPki.Server(_authority));
        using KubernetesConnection connection = _folder.Load($"server: '{server.Address}'", "token: abc");
        Assert.Equal("KubernetesAuthorityUnknown", (await Ask.FailAsync(connection)).ErrorId);
        using KubernetesConnection careless = _folder.Load($"server: '{server.Address}', insecure-skip-tls-verify: true", "token: abc");
        Assert.Equal(200, await Ask.GetAsync(careless));
    }

    [Fact]
    public async Task AnIntermediateOrTheServersOwnCertificateIsAnAnchorAsForGo()
    {
        ForgedCertificate intermediate = ClusterPki.Intermediate(_authority);
        ForgedCertificate own = ClusterPki.Server(intermediate);
        await using StubServer server = new(own);
        foreach (ForgedCertificate anchor in new[] { intermediate, own })
        {
            using KubernetesConnection connection = _folder.Load(KubeconfigFolder.Cluster(server, anchor), "token: abc");
            Assert.Equal(200, await Ask.GetAsync(connection));
        }

        using KubernetesConnection root = _folder.Load(KubeconfigFolder.Cluster(server, _authority), "token: abc");
        Assert.Equal("KubernetesAuthorityUnknown", (await Ask.FailAsync(root)).ErrorId);
    }

    [Fact]
    public async Task AServerWithOtherNamesIsSaidWithThemAndTlsServerNameHelps()
    {
        await using StubServer server = new(ClusterPki.Server(_authority, recipe => recipe.Ip = []));
        using KubernetesConnection connection = _folder.Load(KubeconfigFolder.Cluster(server, _authority), "token: abc");
        MeshException error = await Ask.FailAsync(connection);
        Assert.Equal("KubernetesNameMismatch", error.ErrorId);
        Assert.Contains("'127.0.0.1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("kubernetes.default.svc", error.Message, StringComparison.Ordinal);
        Assert.Contains("tls-server-name", error.Message, StringComparison.Ordinal);
        using KubernetesConnection named = _folder.Load(KubeconfigFolder.Cluster(server, _authority, ", tls-server-name: kubernetes.default.svc"), "token: abc");
        Assert.Equal(200, await Ask.GetAsync(named));
        Assert.Equal("kubernetes.default.svc", Assert.Single(server.Requests).ServerName);
    }

    [Fact]
    public async Task AnExpiredServerIsSaidWithItsTime()
    {
        await using StubServer server = new(ClusterPki.Server(_authority, recipe => recipe.NotAfter = DateTimeOffset.UtcNow.AddDays(-1)));
        using KubernetesConnection connection = _folder.Load(KubeconfigFolder.Cluster(server, _authority), "token: abc");
        MeshException error = await Ask.FailAsync(connection);
        Assert.Equal("KubernetesServerCertificateExpired", error.ErrorId);
        Assert.Contains("CN=kube-apiserver", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerWithoutTlsIsSaid()
    {
        using TcpListener plain = new(IPAddress.Loopback, 0);
        plain.Start();
        Task answering = AnswerPlainlyAsync(plain);
        using KubernetesConnection connection = _folder.Load($"server: 'https://{plain.LocalEndpoint}'", "token: abc");
        Assert.Equal("KubernetesTlsFailed", (await Ask.FailAsync(connection)).ErrorId);
        await answering;
    }

    [Fact]
    public async Task NobodyThereAndNoSuchNameAreSaid()
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        int port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        using KubernetesConnection refused = _folder.Load($"server: 'https://127.0.0.1:{port}'", "token: abc");
        Assert.Equal("KubernetesConnectionRefused", (await Ask.FailAsync(refused)).ErrorId);
        using KubernetesConnection unknown = _folder.Load("server: 'https://no-such-host.invalid'", "token: abc");
        Assert.Equal("KubernetesHostUnknown", (await Ask.FailAsync(unknown)).ErrorId);
        using KubernetesConnection proxied = _folder.Load($"server: 'https://a.example', proxy-url: 'http://127.0.0.1:{port}'", "token: abc");
        Assert.Equal("KubernetesProxyFailed", (await Ask.FailAsync(proxied)).ErrorId);
    }

    [Fact]
    public void WhatIsNoFailureOfTheConnectionIsNotTakenForOne()
    {
        using KubernetesConnection connection = _folder.Load("server: 'https://a.example'", "");
        Assert.Null(ConnectionErrors.From(new OperationCanceledException(), connection));
        Assert.Null(ConnectionErrors.From(new InvalidOperationException(), connection));
        Assert.Equal("KubernetesTimedOut", ConnectionErrors.From(new TaskCanceledException("", new TimeoutException()), connection)?.ErrorId);
        Assert.Equal("KubernetesConnectionCut", ConnectionErrors.From(new HttpIOException(HttpRequestError.ResponseEnded), connection)?.ErrorId);
    }

    [Fact]
    public async Task AProxyIsGoneThroughWithItsPassword()
    {
        await using StubServer server = new(ClusterPki.Server(_authority));
        await using ConnectProxy proxy = new($"Basic {KubeconfigFolder.Base64("u:p@ss")}");
        using KubernetesConnection connection = _folder.Load(KubeconfigFolder.Cluster(server, _authority, $", proxy-url: 'http://u:p%40ss@127.0.0.1:{proxy.Port}'"), "token: abc");
        Assert.Equal(200, await Ask.GetAsync(connection));
        Assert.Contains($"CONNECT 127.0.0.1:{server.Port} HTTP/1.1", proxy.Lines);
        Assert.DoesNotContain(proxy.Lines, line => line.Contains("abc", StringComparison.Ordinal));
        using KubernetesConnection stranger = _folder.Load(KubeconfigFolder.Cluster(server, _authority, $", proxy-url: 'http://127.0.0.1:{proxy.Port}'"), "token: abc");
        Assert.Equal("KubernetesProxyFailed", (await Ask.FailAsync(stranger)).ErrorId);
    }

    private static async Task AnswerPlainlyAsync(TcpListener listener)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ARedirectIsNotFollowed()
    {
        await using StubServer server = new(ClusterPki.Server(_authority), _ => new StubAnswer(302, Headers: "Location: https://elsewhere.example/\r\n"));
        using KubernetesConnection connection = _folder.Load(KubeconfigFolder.Cluster(server, _authority), "token: abc");
        Assert.Equal(302, await Ask.GetAsync(connection));
    }
}
