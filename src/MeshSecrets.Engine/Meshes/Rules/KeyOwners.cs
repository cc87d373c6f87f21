using System.Security.Cryptography;

namespace MeshSecrets.Meshes.Rules;

/// <summary>
/// Who holds which private key, by hashes of the public halves alone: so that keys shared between secrets are found in one
/// pass, however many there are. Not for several threads at once.
/// </summary>
public sealed class KeyOwners
{
    private const int MaxOwners = 5;

    private readonly Dictionary<Int128, List<string>> _owners = [];

    /// <summary>Notes whose key it is.</summary>
    /// <param name="subject">A subject; one without a private key shares none: a certificate may lie apart from its key.</param>
    public void Add(RuleSubject subject)
    {
        if (subject.Key is not { } key)
        {
            return;
        }

        Int128 hash = Hash(key.SubjectPublicKeyInfo);
        if (!_owners.TryGetValue(hash, out List<string>? owners))
        {
            _owners.Add(hash, owners = new List<string>(1));
        }

        // One key that all share would else make a list of lists.
        if (owners.Count < MaxOwners && !owners.Contains(subject.Target))
        {
            owners.Add(subject.Target);
        }
    }

    /// <summary>Who else holds a subject's key: the first few of those that were noted.</summary>
    /// <param name="subject">The subject.</param>
    /// <returns>Their targets.</returns>
    public IEnumerable<string> OthersWithKeyOf(RuleSubject subject) =>
        subject.Key is { } key && _owners.TryGetValue(Hash(key.SubjectPublicKeyInfo), out List<string>? owners)
            ? owners.Where(owner => owner != subject.Target)
            : [];

    private static Int128 Hash(ReadOnlyMemory<byte> publicKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(publicKey.Span, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt128LittleEndian(hash);
    }
}
