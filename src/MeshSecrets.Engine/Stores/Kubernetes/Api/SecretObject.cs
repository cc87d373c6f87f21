using System.Security.Cryptography;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>A Secret (<c>core/v1</c>). Its values are zeroed by the one who holds it.</summary>
internal sealed class SecretObject
{
    public string ApiVersion { get; set; } = "v1";

    public string Kind { get; set; } = "Secret";

    public ObjectMeta Metadata { get; set; } = new();

    public string? Type { get; set; }

    public bool? Immutable { get; set; }

    public Dictionary<string, byte[]?>? Data { get; set; }

    /// <summary>Zeroes the values.</summary>
    internal void Clear()
    {
        foreach (byte[]? value in Data?.Values ?? (IEnumerable<byte[]?>)[])
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }
}
