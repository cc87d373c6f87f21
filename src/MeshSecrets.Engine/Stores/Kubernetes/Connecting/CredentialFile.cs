namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Reads a file that a kubeconfig names.</summary>
internal static class CredentialFile
{
    /// <exception cref="MeshException"><c>KubeconfigFileUnreadable</c>.</exception>
    internal static byte[] Read(string place, string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KubeconfigErrors.FileMissing(place, path, e);
        }
    }
}
