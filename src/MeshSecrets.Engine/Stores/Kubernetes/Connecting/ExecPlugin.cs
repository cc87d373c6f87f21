using System.Buffers;
using System.Text;
using System.Text.Json;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// What a kubeconfig says about a credential plugin. See
/// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins.
/// </summary>
internal sealed class ExecPlugin
{
    private const string Group = "client.authentication.k8s.io";
    private const string ExtensionName = $"{Group}/exec";

    private readonly KubeconfigNode? _cluster;
    private readonly Uri _server;
    private readonly string? _proxyUrl;

    private ExecPlugin(KubeconfigNode exec, KubeconfigNode? cluster, Uri server, string? proxyUrl, KubeconfigOptions options)
    {
        _cluster = cluster;
        _server = server;
        _proxyUrl = proxyUrl;
        Place = exec.Place;
        ApiVersion = exec.Text("apiVersion") switch
        {
            $"{Group}/v1" => $"{Group}/v1",
            $"{Group}/v1beta1" => $"{Group}/v1beta1",
            null => throw KubeconfigErrors.Invalid(exec, "its exec has no apiVersion"),
            _ => throw KubeconfigErrors.Invalid(exec, $"the apiVersion of its exec is not {Group}/v1 or {Group}/v1beta1; update the plugin and the kubeconfig"),
        };
        string command = exec.Text("command") ?? throw KubeconfigErrors.Invalid(exec, "its exec has no command");
        // A bare name is looked for in PATH; a path counts from the kubeconfig's folder.
        Command = command.AsSpan().IndexOfAny('/', Path.DirectorySeparatorChar) >= 0 ? exec.Resolve(command) : command;
        Arguments = exec.Texts("args");
        Variables = [.. exec.Maps("env").Select(variable => KeyValuePair.Create(
            variable.Text("name") ?? throw KubeconfigErrors.Invalid(exec, "a variable in the env of its exec has no name"),
            variable.Text("value") ?? string.Empty))];
        InstallHint = exec.Text("installHint");
        NeedsTerminal = exec.Text("interactiveMode") switch
        {
            "Always" => true,
            "Never" or "IfAvailable" => false,
            null when ApiVersion.EndsWith("beta1", StringComparison.Ordinal) => false,
            null => throw KubeconfigErrors.Invalid(exec, "its exec has no interactiveMode, which v1 demands"),
            _ => throw KubeconfigErrors.Invalid(exec, "the interactiveMode of its exec is not Never, IfAvailable or Always"),
        };
        Timeout = options.PluginTimeout;
        Environment = options.Environment;
        Folder = options.CurrentFolder;
    }

    /// <summary>Whose plugin it is, for messages.</summary>
    internal string Place { get; }

    internal string ApiVersion { get; }

    internal string Command { get; }

    internal IReadOnlyList<string> Arguments { get; }

    internal IReadOnlyList<KeyValuePair<string, string>> Variables { get; }

    internal string? InstallHint { get; }

    internal bool NeedsTerminal { get; }

    internal TimeSpan Timeout { get; }

    internal Func<string, string?> Environment { get; }

    internal string Folder { get; }

    internal static ExecPlugin Read(KubeconfigNode exec, KubeconfigNode cluster, Uri server, string? proxyUrl, KubeconfigOptions options) =>
        new(exec, exec.Flag("provideClusterInfo") ? cluster : null, server, proxyUrl, options);

    /// <summary>What the plugin is told in <c>KUBERNETES_EXEC_INFO</c>.</summary>
    /// <param name="interactive">Whether it may ask at the terminal.</param>
    internal string Info(bool interactive)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", ApiVersion);
            json.WriteString("kind", "ExecCredential");
            json.WriteStartObject("spec");
            if (_cluster is not null)
            {
                WriteCluster(json, _cluster);
            }

            json.WriteBoolean("interactive", interactive);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void WriteCluster(Utf8JsonWriter json, KubeconfigNode cluster)
    {
        json.WriteStartObject("cluster");
        json.WriteString("server", cluster.Text("server") ?? _server.AbsoluteUri);
        if (cluster.Text("tls-server-name") is { } name)
        {
            json.WriteString("tls-server-name", name);
        }

        if (cluster.Flag("insecure-skip-tls-verify"))
        {
            json.WriteBoolean("insecure-skip-tls-verify", true);
        }

        byte[]? authority = cluster.Data("certificate-authority-data")
            ?? (cluster.Path("certificate-authority") is { } path ? CredentialFile.Read(cluster.Place, path) : null);
        if (authority is not null)
        {
            json.WriteBase64String("certificate-authority-data", authority);
        }

        if (_proxyUrl is not null)
        {
            json.WriteString("proxy-url", _proxyUrl);
        }

        if (cluster.Maps("extensions").FirstOrDefault(extension => extension.Text("name") == ExtensionName)?.Raw("extension") is { } config)
        {
            json.WritePropertyName("config");
            KubeconfigJson.Write(json, config);
        }

        json.WriteEndObject();
    }
}
