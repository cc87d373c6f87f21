namespace MeshSecrets.Commands;

/// <summary>Finds the private key that lies beside a certificate, by the names in use.</summary>
internal static class CertificateFile
{
    private const string KeyExtension = ".key";

    /// <summary>The key's file: <c>site.crt</c> and <c>site.key</c>, <c>ca-cert.pem</c> and <c>ca-key.pem</c>, <c>site.pem</c> and <c>site-key.pem</c>; or <see langword="null"/>.</summary>
    internal static string? KeyBeside(string certificate)
    {
        string folder = Path.GetDirectoryName(certificate) ?? "";
        string name = Path.GetFileNameWithoutExtension(certificate);
        string extension = Path.GetExtension(certificate);
        string[] names =
        [
            name + KeyExtension,
            name.EndsWith("cert", StringComparison.OrdinalIgnoreCase) ? name[..^4] + "key" + extension : name + "-key" + extension,
        ];
        return names.Select(key => Path.Combine(folder, key)).FirstOrDefault(key => key != certificate && File.Exists(key));
    }

    /// <summary>Whether a file's name says that it holds a key alone, as it lies beside a certificate.</summary>
    internal static bool IsKey(string path) =>
        Path.GetExtension(path) == KeyExtension || Path.GetFileNameWithoutExtension(path).EndsWith("key", StringComparison.OrdinalIgnoreCase);
}
