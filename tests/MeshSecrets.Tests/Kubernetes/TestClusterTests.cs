using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MeshSecrets.Kubernetes;

/// <summary>The cluster of the tests is what they take it for.</summary>
public sealed class TestClusterTests(SharedCluster shared)
{
    private const string Marker = "a value that must not lie on the disk";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_namespace_begins_with_what_the_controllers_put_there()
    {
        TestCluster cluster = await shared.GetAsync();
        string name = await cluster.CreateNamespaceAsync();

        string tokens = await cluster.KubectlAsync("get", "serviceaccount", "default", "-n", name, "-o", "jsonpath={.secrets[*].name}");

        Assert.Equal(tokens, await cluster.KubectlAsync("get", "secrets", "-n", name, "-o", "jsonpath={.items[*].metadata.name}"));
        Assert.Equal("configmap/kube-root-ca.crt", (await cluster.KubectlAsync("get", "configmaps", "-n", name, "-o", "name")).Trim());
    }

    [Fact]
    public async Task Rights_are_asked_for()
    {
        TestCluster cluster = await shared.GetAsync();
        string name = await cluster.CreateNamespaceAsync();
        string carol = await cluster.CreateUserAsync("carol", ["readers"]);

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(cluster.AliceKubeconfigPath, name));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(cluster.BobKubeconfigPath, name));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(carol, name));
        await cluster.KubectlAsync("create", "rolebinding", "readers", "--clusterrole=admin", "--group=readers", "-n", name);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(carol, name));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(cluster.AliceKubeconfigPath, name));
    }

    [Fact]
    public async Task Expired_certificates_and_unknown_tokens_are_refused()
    {
        TestCluster cluster = await shared.GetAsync();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string expired = await cluster.CreateUserAsync("dave", ["system:masters"], now.AddDays(-2), now.AddDays(-1));
        string unknown = await cluster.WriteKubeconfigAsync("erin", ClusterUser.ByToken("nobody-has-this-token"));
        string known = await cluster.WriteKubeconfigAsync("root", ClusterUser.ByToken(cluster.Token("token-admin")));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(expired, "default"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(unknown, "default"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(known, "default"));
    }

    [Fact]
    public async Task Kubectl_reads_its_input()
    {
        TestCluster cluster = await shared.GetAsync();
        string name = await cluster.CreateNamespaceAsync();
        string manifest = $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"{{name}}"},"data":{"k":"v"} }""";

        await cluster.KubectlAsync(["apply", "-f", "-"], manifest);

        Assert.Equal("v", await cluster.KubectlAsync("get", "configmap", "c", "-n", name, "-o", "jsonpath={.data.k}"));
    }

    [Fact]
    public async Task A_cluster_of_ones_own_is_compacted_killed_restarted_and_keeps_secrets_encrypted()
    {
        TestCluster cluster = await TestCluster.StartOwnAsync();
        await using (cluster)
        {
            const string FirstPage = "/apis/rbac.authorization.k8s.io/v1/clusterroles?limit=2";
            JsonElement page = await cluster.Http.GetFromJsonAsync<JsonElement>(FirstPage, Cancellation);
            string token = page.GetProperty("metadata").GetProperty("continue").GetString()!;
            object secret = new { apiVersion = "v1", kind = "Secret", metadata = new { name = "s" }, stringData = new { value = Marker } };
            using HttpResponseMessage created = await cluster.Http.PostAsJsonAsync("/api/v1/namespaces/default/secrets", secret, Cancellation);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);

            await cluster.CompactAsync();
            using HttpResponseMessage next = await cluster.Http.GetAsync($"{FirstPage}&continue={token}", Cancellation);
            Assert.Equal(HttpStatusCode.Gone, next.StatusCode);

            await cluster.KillApiServerAsync();
            await Assert.ThrowsAsync<HttpRequestException>(() => cluster.Http.GetAsync("/version", Cancellation));
            await cluster.StartApiServerAsync();

            JsonElement read = await cluster.Http.GetFromJsonAsync<JsonElement>("/api/v1/namespaces/default/secrets/s", Cancellation);
            Assert.Equal(Marker, Encoding.UTF8.GetString(read.GetProperty("data").GetProperty("value").GetBytesFromBase64()));
            Assert.True(await IsOnDiskAsync(cluster, "/registry/secrets/default/s"));
            Assert.False(await IsOnDiskAsync(cluster, Marker));
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(cluster.KubeconfigPath)));
    }

    [Fact]
    public async Task No_process_outlives_the_clusters_owner()
    {
        ClusterPrograms.SkipIfMissing();
        using var owner = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await using TestCluster cluster = await TestCluster.StartOwnAsync("--owner", owner.Id.ToString(CultureInfo.InvariantCulture));
        string status = await cluster.StatusAsync();
        Process[] parts = [.. Regex.Matches(status, "process ([0-9]+)").Select(match => Process.GetProcessById(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)))];
        Assert.Equal(4, parts.Length);

        owner.Kill();

        await Task.WhenAll(parts.Select(part => part.WaitForExitAsync(Cancellation)));
        Assert.All(parts, part => Assert.True(part.HasExited));
    }

    private static async Task<HttpStatusCode> StatusAsync(string kubeconfig, string @namespace)
    {
        ClusterAccess access = await ClusterAccess.ReadAsync(kubeconfig, Cancellation);
        using HttpClient client = access.CreateClient();
        using HttpResponseMessage answer = await client.GetAsync($"/api/v1/namespaces/{@namespace}/secrets", Cancellation);
        return answer.StatusCode;
    }

    // By grep: etcd holds locks on its files that .NET would respect.
    private static async Task<bool> IsOnDiskAsync(TestCluster cluster, string text)
    {
        (int exitCode, _, string errors) = await ExternalProgram.TryRunAsync("grep", ["-rqaF", "-e", text, cluster.DataFolder + "/"], null, Cancellation);
        Assert.True(exitCode < 2, errors);
        return exitCode == 0;
    }
}
