using System.Text;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>A folder with kubeconfigs, and an environment that knows nothing else.</summary>
internal sealed class KubeconfigFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal) { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! };

    internal KubeconfigOptions Options => new()
    {
        Environment = name => Variables.GetValueOrDefault(name),
        HomeFolder = _folder.Path,
        CurrentFolder = _folder.Path,
    };

    internal string Combine(params string[] parts) => _folder.Combine(parts);

    internal string Write(string name, string content)
    {
        string path = _folder.Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    /// <summary>A kubeconfig with one context, <c>test</c>.</summary>
    internal string WriteOne(string cluster, string user, string name = "config", string context = "") =>
        Write(name, $$"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters:
            - name: test-cluster
              cluster: {{{cluster}}}
            users:
            - name: tester
              user: {{{user}}}
            contexts:
            - name: test
              context: {cluster: test-cluster, user: tester{{context}}}
            """);

    internal KubernetesConnection Load(string cluster, string user, string context = "") =>
        Kubeconfig.Load(Options with { Paths = [WriteOne(cluster, user, context: context)] });

    internal static string Cluster(StubServer server, ForgedCertificate authority, string more = "") =>
        $"server: '{server.Address}', certificate-authority-data: {Base64(authority.Pem)}{more}";

    internal static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    internal static string CertificateUser(ForgedCertificate client, string chain = "", string? key = null) =>
        $"client-certificate-data: {Base64(client.Pem + chain)}, client-key-data: {Base64(key ?? client.KeyPem)}";

    public void Dispose() => _folder.Dispose();
}
