using MeshSecrets.Certificates.Keys;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Public keys, found again in whatever encoding. Comparing each with each would import both every time.</summary>
internal sealed class PublicKeySet
{
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    internal void Add(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        _keys.Add(Convert.ToHexString(subjectPublicKeyInfo.Span));
        if (PublicKeyInfo.Normalize(subjectPublicKeyInfo.Span) is { } normal)
        {
            _keys.Add(Convert.ToHexString(normal));
        }
    }

    internal bool Contains(ReadOnlyMemory<byte> subjectPublicKeyInfo) =>
        _keys.Count > 0
        && (_keys.Contains(Convert.ToHexString(subjectPublicKeyInfo.Span))
            || (PublicKeyInfo.Normalize(subjectPublicKeyInfo.Span) is { } normal && _keys.Contains(Convert.ToHexString(normal))));
}
