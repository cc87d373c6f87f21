namespace MeshSecrets.Tests.Stores;

/// <summary>A folder under the system's temporary one, gone when disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("meshsecrets-test-").FullName;

    internal string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
