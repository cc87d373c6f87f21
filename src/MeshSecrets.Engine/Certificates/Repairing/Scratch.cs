using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>All buffers of a repair, any of which may hold a key: they are zeroed together when it is done.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly List<byte[]> _buffers = [];

    internal byte[] New(int length) => Keep(new byte[length]);

    internal byte[] Keep(byte[] buffer)
    {
        _buffers.Add(buffer);
        return buffer;
    }

    public void Dispose()
    {
        _buffers.ForEach(buffer => CryptographicOperations.ZeroMemory(buffer));
        _buffers.Clear();
    }
}
