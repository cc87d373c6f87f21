namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>What is unsafe about a kubeconfig though it works.</summary>
internal static class ConnectionWarnings
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly string[] s_secrets = ["client-key-data", "token", "password"];
    private static readonly string[] s_secretFiles = ["client-key", "tokenFile"];

    internal static IEnumerable<string> Of(KubeconfigNode cluster, KubeconfigNode user, Uri server, bool skipsVerification)
    {
        if (skipsVerification)
        {
            yield return $"The certificate of {server} is not checked (insecure-skip-tls-verify): whoever stands between sees the credential and every secret.";
        }

        bool hasSecret = s_secrets.Any(key => user.Text(key) is not null);
        if (server.Scheme == Uri.UriSchemeHttp && !server.IsLoopback)
        {
            yield return $"{server} is spoken to without TLS: whoever stands between sees the credential and every secret.";
        }

        if (hasSecret && OthersRead(user.File))
        {
            yield return $"'{user.File}' holds a credential and can be read by others: chmod 600.";
        }

        foreach (string path in s_secretFiles.Select(user.Path).OfType<string>().Where(OthersRead))
        {
            yield return $"'{path}' is a credential and can be read by others: chmod 600.";
        }
    }

    private static bool OthersRead(string path) => !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & Others) != 0;
}
