namespace MeshSecrets.Kubernetes;

/// <content>What needs a cluster that the tests started themselves.</content>
public sealed partial class TestCluster
{
    /// <summary>A user with a certificate and no rights.</summary>
    public string AliceKubeconfigPath => OwnPath("alice.kubeconfig");

    /// <summary>A user with a token and no rights.</summary>
    public string BobKubeconfigPath => OwnPath("bob.kubeconfig");

    /// <summary>etcd's files, to look at what is on the disk.</summary>
    public string DataFolder => OwnPath("data");

    /// <summary>With <c>--audit</c>: a line of JSON for each request.</summary>
    public string AuditLogPath => OwnPath("audit.log");

    /// <summary>One of the tokens: <c>token-admin</c> (may do all), <c>bob</c>, <c>robot-1</c> and <c>robot-2</c> (both of the user robot).</summary>
    public string Token(string name) => OwnFile($"tokens/{name}");

    /// <summary>kill -9: connections break in the middle of whatever they carried.</summary>
    public Task KillApiServerAsync() => ScriptAsync("kill-apiserver");

    /// <summary>Brings the killed API server back on the same port, with the same data; it is ready then.</summary>
    public Task StartApiServerAsync() => ScriptAsync("start-apiserver");

    /// <summary>Drops etcd's history: continue tokens from before are answered with 410.</summary>
    public Task CompactAsync() => ScriptAsync("compact");

    /// <summary>Whether workloads have pods here, on nodes played by tests/kubernetes/nodes.sh: what a pod does is said by its image.</summary>
    public bool HasPlayedNodes => _own;

    /// <summary>The cluster's processes, a line each.</summary>
    public Task<string> StatusAsync() => ScriptAsync("status");

    private Task<string> ScriptAsync(string command) =>
        ExternalProgram.RunAsync(ClusterPrograms.Script, [command, OwnPath("")], null, TestContext.Current.CancellationToken);

    private string OwnFile(string name) => File.ReadAllText(OwnPath(name));

    private string OwnPath(string name)
    {
        Assert.SkipUnless(_own, "This needs a cluster that the tests started, not the one of MESHSECRETS_TEST_KUBECONFIG.");
        return Path.Combine(_folder.FullName, name);
    }
}
