using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace MeshSecrets.Kubernetes;

/// <summary>
/// A real cluster, whose nodes are played. Most tests take the one that all share (<see cref="SharedCluster"/>) and a namespace of their own;
/// those that kill its API server, compact it or need two of them start their own.
/// </summary>
public sealed partial class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly ClusterAccess _access;
    private readonly DirectoryInfo _folder;
    private readonly bool _own;
    private readonly ConcurrentBag<string> _namespaces = [];

    private TestCluster(ClusterAccess access, string kubeconfigPath, DirectoryInfo folder, bool own)
    {
        _access = access;
        _folder = folder;
        _own = own;
        KubeconfigPath = kubeconfigPath;
        Http = access.CreateClient();
    }

    /// <summary>The administrator's kubeconfig.</summary>
    public string KubeconfigPath { get; }

    /// <summary>The API server.</summary>
    public Uri Server => _access.Server;

    /// <summary>What signed the API server's certificate.</summary>
    public string CertificateAuthorityPem => _access.CertificateAuthorityPem;

    /// <summary>A client with the administrator's rights, for requests of the tests' own by relative address.</summary>
    public HttpClient Http { get; }

    /// <summary>The administrator's credentials, for <see cref="WriteKubeconfigAsync"/>.</summary>
    public string AdministratorCredentials => _access.Credentials;

    /// <summary>A cluster of the test's own, which it disposes; skips the test where none can be started.</summary>
    /// <param name="options">Of tests/kubernetes/cluster.sh, such as <c>--audit</c>.</param>
    public static async Task<TestCluster> StartOwnAsync(params string[] options)
    {
        ClusterPrograms.SkipIfMissing();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("meshsecrets-cluster-");
        string[] owner = ["--owner", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)];
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await ExternalProgram.RunAsync(ClusterPrograms.Script, ["start", folder.FullName, .. owner, .. options], null, limit.Token);
            string kubeconfig = Path.Combine(folder.FullName, "admin.kubeconfig");
            return new TestCluster(await ClusterAccess.ReadAsync(kubeconfig, limit.Token), kubeconfig, folder, own: true);
        }
        catch
        {
            await ExternalProgram.TryRunAsync(ClusterPrograms.Script, ["clean", folder.FullName], null, CancellationToken.None);
            throw;
        }
    }

    /// <summary>The cluster of <c>MESHSECRETS_TEST_KUBECONFIG</c>, of which only namespaces made here are touched.</summary>
    internal static async Task<TestCluster> UseAsync(string kubeconfig)
    {
        using var limit = new CancellationTokenSource(s_limit);
        ClusterAccess access = await ClusterAccess.ReadAsync(kubeconfig, limit.Token);
        return new TestCluster(access, kubeconfig, Directory.CreateTempSubdirectory("meshsecrets-cluster-"), own: false);
    }

    /// <summary>A namespace with a random name, removed with the cluster; what the controllers put into each one is there already.</summary>
    public async Task<string> CreateNamespaceAsync()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string name = $"test-{RandomNumberGenerator.GetHexString(10, lowercase: true)}";
        using HttpResponseMessage answer = await Http.PostAsJsonAsync(
            "/api/v1/namespaces", new { apiVersion = "v1", kind = "Namespace", metadata = new { name } }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        _namespaces.Add(name);

        // Before 1.24 each service account gets a token as a Secret: a listing that a test begins would meet it or not, by chance.
        JsonElement version = await Http.GetFromJsonAsync<JsonElement>("/version", cancellationToken);
        bool tokens = int.Parse(version.GetProperty("minor").GetString()!.TrimEnd('+'), CultureInfo.InvariantCulture) < 24;
        await AppearsAsync(name, "serviceaccounts", "default", item => !tokens || item.TryGetProperty("secrets", out _), cancellationToken);
        await AppearsAsync(name, "configmaps", "kube-root-ca.crt", _ => true, cancellationToken);
        return name;
    }

    /// <summary>A user with a client certificate signed by the cluster's authority, and no rights but those of the groups.</summary>
    /// <returns>The path of the user's kubeconfig.</returns>
    public async Task<string> CreateUserAsync(
        string name, IEnumerable<string>? groups = null, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, string @namespace = "default")
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        (string certificate, string key) = ClusterUser.Issue(
            CertificateAuthorityPem, OwnFile("pki/ca.key"), name, groups ?? [], notBefore ?? now.AddMinutes(-5), notAfter ?? now.AddDays(1));
        return await WriteKubeconfigAsync(name, ClusterUser.ByCertificate(certificate, key), @namespace);
    }

    /// <summary>A kubeconfig for this cluster with the given credentials (YAML in braces, as <c>{token: "…"}</c>).</summary>
    /// <returns>Its path.</returns>
    public async Task<string> WriteKubeconfigAsync(string user, string credentials, string @namespace = "default", Uri? server = null, string? authorityPem = null)
    {
        string path = Path.Combine(_folder.FullName, $"{RandomNumberGenerator.GetHexString(8)}.kubeconfig");
        await File.WriteAllTextAsync(path, ClusterUser.Kubeconfig(server ?? Server, authorityPem ?? CertificateAuthorityPem, user, credentials, @namespace));
        return path;
    }

    /// <summary>A client as <see cref="Http"/>, for another address in the server's place, or without credentials.</summary>
    public HttpClient CreateClient(Uri? server = null, string? authorityPem = null, bool anonymous = false)
    {
        ClusterAccess access = anonymous ? _access with { Token = null, CertificatePem = null, KeyPem = null } : _access;
        return (access with { Server = server ?? Server, CertificateAuthorityPem = authorityPem ?? CertificateAuthorityPem }).CreateClient();
    }

    /// <summary>kubectl as the administrator; it must succeed.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> KubectlAsync(IEnumerable<string> arguments, string? input = null) =>
        ExternalProgram.RunAsync(ClusterPrograms.Kubectl, [.. arguments, .. KubectlOptions], input, TestContext.Current.CancellationToken);

    /// <inheritdoc cref="KubectlAsync(IEnumerable{string}, string?)"/>
    public Task<string> KubectlAsync(params string[] arguments) => KubectlAsync(arguments, null);

    /// <summary>Removes what was made: the whole cluster, or in one that was given the namespaces.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_own)
        {
            Http.Dispose();
            await ExternalProgram.RunAsync(ClusterPrograms.Script, ["clean", _folder.FullName], null, CancellationToken.None);
            return;
        }

        foreach (string name in _namespaces)
        {
            using HttpResponseMessage answer = await Http.DeleteAsync($"/api/v1/namespaces/{name}", CancellationToken.None);
            answer.EnsureSuccessStatusCode();
        }

        Http.Dispose();
        _folder.Delete(recursive: true);
    }

    // Its cache of what the server offers lies beside the cluster, as another cluster may have had the same port.
    private string[] KubectlOptions => ["--kubeconfig", KubeconfigPath, "--cache-dir", Path.Combine(_folder.FullName, "kubectl")];

    /// <summary>Waits until kinds that were defined are served. (<c>kubectl wait</c> fails of one that has no conditions yet.)</summary>
    public async Task KindsAreServedAsync(params string[] definitions)
    {
        foreach (string name in definitions)
        {
            await AppearsAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", name, IsServed, TestContext.Current.CancellationToken);
        }

        static bool IsServed(JsonElement definition) =>
            definition.TryGetProperty("status", out JsonElement status) && status.TryGetProperty("conditions", out JsonElement conditions)
            && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Established" && condition.GetProperty("status").GetString() == "True");
    }

    private Task AppearsAsync(string @namespace, string resource, string name, Func<JsonElement, bool> complete, CancellationToken cancellationToken) =>
        AppearsAsync($"/api/v1/namespaces/{@namespace}/{resource}", name, complete, cancellationToken);

    // A watch: the server says when, nothing is asked again and again.
    private async Task AppearsAsync(string path, string name, Func<JsonElement, bool> complete, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        using Stream events = await Http.GetStreamAsync($"{path}?watch=1&fieldSelector=metadata.name={name}", limit.Token);
        using var reader = new StreamReader(events);
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            using var change = JsonDocument.Parse(line);
            if (complete(change.RootElement.GetProperty("object")))
            {
                return;
            }
        }

        Assert.Fail($"The watch for {path}/{name} ended before it was there.");
    }
}
