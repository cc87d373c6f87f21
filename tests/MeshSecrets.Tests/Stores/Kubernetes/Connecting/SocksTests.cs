using System.Net;
using MeshSecrets.Kubernetes;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Stores.Kubernetes.Watching;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>Connections through a proxy of SOCKS5, as a kubeconfig names it in proxy-url.</summary>
public sealed class SocksTests(SharedCluster shared) : IDisposable
{
    private const string Password = "p@ss:wörd";

    private readonly ForgedCertificate _authority = ClusterPki.Authority();
    private readonly KubeconfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("127.0.0.1", "IPv4 127.0.0.1")]
    [InlineData("[::1]", "IPv6 ::1")]
    [InlineData("kubernetes.default.svc", "name kubernetes.default.svc")]
    public async Task AddressesGoAsTheyAreAndNamesAreTheProxysToResolve(string host, string target)
    {
        await using StubServer server = new(ClusterPki.Server(_authority, recipe => recipe.Ip = ["127.0.0.1", "::1"]));
        foreach ((string, string)? login in new (string, string)?[] { null, ("u", Password) })
        {
            await using SocksProxy proxy = Proxy(login);
            using KubernetesConnection connection = Load(host, server.Port, proxy, login is null ? "" : $"u:{Uri.EscapeDataString(Password)}@");
            Assert.Equal(200, await Ask.GetAsync(connection));
            Assert.Equal([$"{target}:{server.Port}"], proxy.Targets);
        }

        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("u:wr0ng@")]
    [InlineData("other:p%40ss%3Aw%C3%B6rd@")]
    public async Task WhoIsNotKnownIsToldSoWithoutThePassword(string login)
    {
        await using StubServer server = new(ClusterPki.Server(_authority));
        await using SocksProxy proxy = Proxy(("u", Password));
        using KubernetesConnection connection = Load("127.0.0.1", server.Port, proxy, login);
        MeshException error = await Ask.FailAsync(connection);
        Assert.Equal("KubernetesProxyFailed", error.ErrorId);
        Assert.Contains($"through the proxy socks5://127.0.0.1:{proxy.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("proxy-url", error.Message, StringComparison.Ordinal);
        foreach (string secret in (string[])["wr0ng", Password, "p%40ss"])
        {
            Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(secret, connection.ToString(), StringComparison.Ordinal);
        }

        Assert.Empty(proxy.Targets);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task WhatTheProxyDoesNotReachIsItsFailure()
    {
        await using StubServer server = new(ClusterPki.Server(_authority));
        await using SocksProxy proxy = Proxy(login: null);
        foreach ((string host, int port) in new[] { ("elsewhere.example", 443), ("127.0.0.1", 1) })
        {
            using KubernetesConnection connection = Load(host, port, proxy);
            Assert.Equal("KubernetesProxyFailed", (await Ask.FailAsync(connection)).ErrorId);
        }

        Assert.Equal(["name elsewhere.example:443", "IPv4 127.0.0.1:1"], proxy.Targets);
    }

    [Fact]
    public async Task AStoreWorksAndWatchesThroughIt()
    {
        TestCluster cluster = await shared.GetAsync();
        Assert.SkipUnless(cluster.Server.Host == "127.0.0.1", "This needs a cluster on this machine, known as kubernetes.default.svc.");
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using SocksProxy proxy = Proxy(("u", Password));

        // A name that only the proxy knows: nothing could go past it.
        Uri server = new($"https://kubernetes.default.svc:{cluster.Server.Port}");
        string path = await cluster.WriteKubeconfigAsync("far", cluster.AdministratorCredentials, watched.Name, server);
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            path, text.Replace("cluster: {server:", $"cluster: {{proxy-url: \"socks5://u:{Uri.EscapeDataString(Password)}@127.0.0.1:{proxy.Port}\", server:", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await using KubernetesStore far = await WatchedNamespace.OpenAsync(path);
        await watched.PutAsync("a");
        await using Told<SecretChange> told = new(ct => far.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true }, ct));
        Assert.Equal((SecretChangeKind.Present, "a"), Of(await told.NextAsync()));
        await far.DeleteAsync(watched.Id("a"), resourceVersion: null, TestContext.Current.CancellationToken);
        Assert.Equal((SecretChangeKind.Removed, "a"), Of(await told.NextAsync()));
        Assert.NotEmpty(proxy.Targets);
        Assert.All(proxy.Targets, target => Assert.Equal($"name kubernetes.default.svc:{server.Port}", target));

        static (SecretChangeKind, string) Of(SecretChange change) => (change.Kind, change.Secret.Id.Name);
    }

    private static SocksProxy Proxy((string, string)? login) =>
        new(login, new Dictionary<string, IPAddress> { ["127.0.0.1"] = IPAddress.Loopback, ["::1"] = IPAddress.Loopback, ["kubernetes.default.svc"] = IPAddress.Loopback });

    private KubernetesConnection Load(string host, int port, SocksProxy proxy, string login = "") => _folder.Load(
        $"server: 'https://{host}:{port}', certificate-authority-data: {KubeconfigFolder.Base64(_authority.Pem)}, proxy-url: 'socks5://{login}127.0.0.1:{proxy.Port}'", "token: abc");
}
