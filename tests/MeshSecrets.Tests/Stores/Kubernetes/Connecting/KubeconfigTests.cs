using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>What kubeconfigs say, without a server.</summary>
public sealed class KubeconfigTests : IDisposable
{
    private readonly KubeconfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheUsualFileIsReadWithoutAnythingSaid()
    {
        Directory.CreateDirectory(_folder.Combine(".kube"));
        _folder.WriteOne("server: 'https://a.example:6443'", "token: abc", ".kube/config", ", namespace: shop");
        using KubernetesConnection connection = Kubeconfig.Load(_folder.Options);
        Assert.Equal(("https://a.example:6443/", "test", "shop"), (connection.Server.AbsoluteUri, connection.Context, connection.Namespace));
    }

    [Fact]
    public void NoFileSaysWhereItWasLookedForAndWhatAPodDoes()
    {
        MeshException error = Fails.With("KubeconfigNotFound", () => Kubeconfig.Load(_folder.Options));
        Assert.Contains(_folder.Combine(".kube", "config"), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("-InCluster", error.Message, StringComparison.Ordinal);
        _folder.Variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        Assert.Contains("-InCluster", Fails.With("KubeconfigNotFound", () => Kubeconfig.Load(_folder.Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfAListTheFirstToNameSomethingWinsWithTheWholeOfIt()
    {
        string first = _folder.Write("first", """
            current-context: two
            users: [{name: u, user: {token: first}}]
            contexts: [{name: one, context: {cluster: c, user: u}}]
            """);
        string second = _folder.Write("deep/second", """
            current-context: one
            clusters: [{name: c, cluster: {server: 'https://second.example', certificate-authority: ca.crt}}]
            users: [{name: u, user: {username: second, password: x}}]
            contexts: [{name: one, context: {cluster: c, namespace: other}}, {name: two, context: {cluster: c, user: u}}]
            """);
        _folder.Write("deep/ca.crt", ClusterPki.Authority().Pem);
        _folder.Variables["KUBECONFIG"] = string.Join(Path.PathSeparator, _folder.Combine("missing"), first, "", second, first);
        using KubernetesConnection connection = Kubeconfig.Load(_folder.Options);
        Assert.Equal("two", connection.Context);
        Assert.Single(connection.Authorities);
        Assert.Contains(first, connection.User, StringComparison.Ordinal);
        using KubernetesConnection one = Kubeconfig.Load(_folder.Options with { Context = "one", Namespace = "mine" });
        Assert.Equal("mine", one.Namespace);
        Assert.Equal(
            [new("one", "c", "u", null, false), new("two", "c", "u", null, true)],
            Kubeconfig.ListContexts(_folder.Options));
    }

    [Fact]
    public void AFileThatIsNamedMustBeThere()
    {
        string present = _folder.WriteOne("server: 'https://a.example'", "");
        Fails.With("KubeconfigNotFound", () => Kubeconfig.Load(_folder.Options with { Paths = [present, "missing"] }));
        _folder.Variables["KUBECONFIG"] = _folder.Combine("missing");
        Fails.With("KubeconfigNotFound", () => Kubeconfig.Load(_folder.Options));
        using KubernetesConnection relative = Kubeconfig.Load(_folder.Options with { Paths = ["config"] });
        Assert.Equal("test", relative.Context);
    }

    [Fact]
    public void JsonIsReadToo()
    {
        string path = _folder.Write("config.json", """{"clusters":[{"name":"c","cluster":{"server":"https://a.example"}}],"contexts":[{"name":"x","context":{"cluster":"c"}}],"current-context":"x"}""");
        using KubernetesConnection connection = Kubeconfig.Load(_folder.Options with { Paths = [path] });
        Assert.Equal("x", connection.Context);
    }

    [Theory]
    [InlineData("server: 'https://a.example'", "token: ['s3cret-t0ken-value']", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "token: 's3cret-t0ken-value with blanks'", "KubernetesTokenInvalid")]
    [InlineData("server: 'https://a.example'", "token: 's3cret-t0ken-value", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "token: s3cret-t0ken-value, token: s3cret-t0ken-value", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "token: *s3cret-t0ken-value", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "token: s3cret-t0ken-value, username: u, password: p", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "client-key-data: s3cret-t0ken-value, client-certificate-data: AAAA", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "client-certificate-data: AAAA", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "client-certificate: none.crt, client-key: none.key", "KubeconfigFileUnreadable")]
    [InlineData("server: 'https://a.example'", "tokenFile: none", "KubeconfigFileUnreadable")]
    [InlineData("server: 'https://a.example'", "as-groups: [g]", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "auth-provider: {name: gcp, config: {access-token: s3cret-t0ken-value}}", "KubeconfigAuthProviderUnsupported")]
    [InlineData("server: 'https://a.example'", "exec: {command: p, apiVersion: client.authentication.k8s.io/v1alpha1}", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "exec: {command: p, apiVersion: client.authentication.k8s.io/v1}", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example'", "exec: {command: p, apiVersion: client.authentication.k8s.io/v1beta1}, token: s3cret-t0ken-value", "KubeconfigInvalid")]
    [InlineData("server: 'ftp://a.example'", "token: s3cret-t0ken-value", "KubeconfigInvalid")]
    [InlineData("server: 'https://u:s3cret-t0ken-value@a.example'", "", "KubeconfigInvalid")]
    [InlineData("certificate-authority: none", "token: s3cret-t0ken-value", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example', certificate-authority-data: '!'", "", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example', insecure-skip-tls-verify: perhaps", "", "KubeconfigInvalid")]
    [InlineData("server: 'https://a.example', proxy-url: 'ftp://u:s3cret-t0ken-value@p'", "", "KubeconfigInvalid")]
    public void WhatIsWrongIsSaidWithItsPlaceAndNeverTheSecret(string cluster, string user, string errorId)
    {
        MeshException error = Fails.With(errorId, () => _folder.Load(cluster, user));
        Assert.Contains(_folder.Combine("config"), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-t0ken-value", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesThatLeadNowhereAreSaid()
    {
        string path = _folder.Write("config", """
            clusters: [{name: c, cluster: {server: 'https://a.example'}}]
            users: [{name: u, user: {}}]
            contexts: [{name: x, context: {cluster: other}}, {name: y, context: {cluster: c, user: other}}, {name: z, context: {}}, {name: good, context: {cluster: c}}]
            """);
        KubernetesConnection Load(string? context) => Kubeconfig.Load(_folder.Options with { Paths = [path], Context = context });
        Assert.Contains("'good', 'x', 'y', 'z'", Fails.With("KubeconfigContextNotFound", () => Load("none")).Message, StringComparison.Ordinal);
        Fails.With("KubeconfigContextNotFound", () => Load(null));
        Fails.With("KubeconfigClusterNotFound", () => Load("x"));
        Fails.With("KubeconfigUserNotFound", () => Load("y"));
        Fails.With("KubeconfigClusterNotFound", () => Load("z"));
        using KubernetesConnection good = Load("good");
        Assert.Equal("default", good.Namespace);
    }

    [Theory]
    [InlineData("clusters: [{name: c, cluster: {}}, {name: c, cluster: {}}]")]
    [InlineData("clusters: {c: {}}")]
    [InlineData("clusters: [c]")]
    [InlineData("- a list")]
    [InlineData("just text")]
    [InlineData("a: {b")]
    public void WhatIsNoKubeconfigIsRefused(string content)
    {
        string path = _folder.Write("config", content);
        Fails.With("KubeconfigInvalid", () => Kubeconfig.Load(_folder.Options with { Paths = [path] }));
    }

    [Theory]
    [InlineData("server: 'a.example:6443'", "http://a.example:6443/")]
    [InlineData("server: 'a.example:6443', insecure-skip-tls-verify: true", "https://a.example:6443/")]
    [InlineData("server: 'https://a.example/k8s/clusters/c-1'", "https://a.example/k8s/clusters/c-1/")]
    [InlineData("server: 'https://[::1]:6443'", "https://[::1]:6443/")]
    public void AddressesAreTakenAsKubectlTakesThem(string cluster, string expected)
    {
        using KubernetesConnection connection = _folder.Load(cluster, "");
        Assert.Equal(expected, connection.Server.AbsoluteUri);
    }

    [Fact]
    public void WhatIsUnsafeIsWarnedOf()
    {
        string path = _folder.WriteOne("server: 'https://a.example', insecure-skip-tls-verify: true", "token: abc");
        using (KubernetesConnection alone = Kubeconfig.Load(_folder.Options with { Paths = [path] }))
        {
            Assert.Contains("insecure-skip-tls-verify", Assert.Single(alone.Warnings), StringComparison.Ordinal);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            using KubernetesConnection shared = Kubeconfig.Load(_folder.Options with { Paths = [path] });
            Assert.Contains(shared.Warnings, warning => warning.Contains("chmod 600", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("https://api.example:6443", null, null)]
    [InlineData("https://api.example:6443", "", "http://proxy.example:3128/")]
    [InlineData("https://api.example:6443", "api.example", null)]
    [InlineData("https://api.example:6443", "example", null)]
    [InlineData("https://api.example:6443", ".example", null)]
    [InlineData("https://api.example:6443", "*.example", null)]
    [InlineData("https://api.example:6443", "other.example,api.example:6443", null)]
    [InlineData("https://api.example:6443", "api.example:443", "http://proxy.example:3128/")]
    [InlineData("https://api.example:6443", "pi.example", "http://proxy.example:3128/")]
    [InlineData("https://10.1.2.3:6443", "10.0.0.0/8", null)]
    [InlineData("https://10.1.2.3:6443", "10.2.0.0/16", "http://proxy.example:3128/")]
    [InlineData("https://10.1.2.3:6443", "*", null)]
    [InlineData("https://127.0.0.1:6443", "", null)]
    public void TheProxyOfTheEnvironmentIsUsedAsByGo(string server, string? noProxy, string? expected)
    {
        if (noProxy is not null)
        {
            _folder.Variables["https_proxy"] = "proxy.example:3128";
            _folder.Variables["NO_PROXY"] = noProxy;
        }

        using KubernetesConnection connection = _folder.Load($"server: '{server}'", "");
        Assert.Equal(expected, connection.Proxy?.AbsoluteUri);
    }

    [Fact]
    public void AProxysPasswordIsNotShown()
    {
        using KubernetesConnection connection = _folder.Load("server: 'https://a.example', proxy-url: 'socks5://u:p%40ss@p.example:1080'", "");
        Assert.Equal("socks5://p.example:1080/", connection.Proxy?.AbsoluteUri);
        Assert.Equal("p@ss", connection.ProxyCredential?.Password);
    }

    [Fact]
    public void APodsServiceAccountIsRead()
    {
        _folder.Variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        _folder.Variables["KUBERNETES_SERVICE_PORT"] = "443";
        _folder.Write("token", "abc\n");
        _folder.Write("namespace", "shop\n");
        KubernetesConnection Load(string? folder = null) =>
            InClusterConfiguration.Load(folder: folder ?? _folder.Combine(), environment: name => _folder.Variables.GetValueOrDefault(name));
        Fails.With("KubernetesInClusterMissing", () => Load());
        _folder.Write("ca.crt", ClusterPki.Authority().Pem);
        using (KubernetesConnection connection = Load())
        {
            Assert.Equal(("https://[fd00::1]/", "in-cluster", "shop"), (connection.Server.AbsoluteUri, connection.Context, connection.Namespace));
        }

        Fails.With("KubernetesInClusterMissing", () => Load(_folder.Combine("none")));
        _folder.Variables.Remove("KUBERNETES_SERVICE_HOST");
        Fails.With("KubernetesInClusterMissing", () => Load());
    }
}
