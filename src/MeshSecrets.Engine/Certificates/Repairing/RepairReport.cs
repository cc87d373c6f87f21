using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>What was found in one content, and the content restored. Disposing it zeroes what is secret.</summary>
public sealed class RepairReport : IDisposable
{
    private readonly byte[] _content;

    /// <summary>Takes ownership of items and content.</summary>
    internal RepairReport(RepairInput input, IReadOnlyList<RepairFault> faults, MaterialSet items, byte[] content)
    {
        Source = input.Source;
        Faults = faults;
        Items = items;
        _content = content;
    }

    /// <summary>Where the content comes from.</summary>
    public string Source { get; }

    /// <summary>What it came to.</summary>
    public RepairStatus Status => Faults.Count == 0 ? RepairStatus.Sound
        : HasContent || IsAmbiguous ? RepairStatus.Proposed
        : RepairStatus.Unmendable;

    /// <summary>The faults, in the order in which the strict reader comes upon them.</summary>
    public IReadOnlyList<RepairFault> Faults { get; }

    /// <summary>What proves the result.</summary>
    public RepairProof Proof { get; internal init; }

    /// <summary>Whether the content, mended or sound, is proven to be what it was.</summary>
    public bool IsProven { get; internal init; }

    /// <summary>What the content holds; empty if it cannot be read.</summary>
    public MaterialSet Items { get; }

    /// <summary>Whether there is a restored content that differs from the given one.</summary>
    public bool HasContent => _content.Length > 0;

    /// <summary>Whether other text stands around the material, which the restored content does not have: the content of a file of another kind.</summary>
    public bool IsExcerpt { get; internal init; }

    /// <summary>Whether there are mends, none of them proven: then there is no content either.</summary>
    internal bool IsAmbiguous { get; init; }

    /// <summary>The restored content. A method and no property, so that no serializer comes upon a key.</summary>
    /// <returns>Bytes that are valid until this object is disposed; empty if nothing is to be written.</returns>
    public ReadOnlyMemory<byte> GetContent() => _content;

    /// <summary>The public key of a private key that was found.</summary>
    /// <param name="item">The item.</param>
    /// <returns>DER of SubjectPublicKeyInfo; empty if the item is no private key, or is encrypted or contradicts itself.</returns>
    public static ReadOnlyMemory<byte> PublicKeyOf(MaterialItem item)
    {
        if (item.Kind is not (MaterialKind.PrivateKey or MaterialKind.EcPrivateKey or MaterialKind.RsaPrivateKey))
        {
            return default;
        }

        using Scratch scratch = new();
        using PrivateKey? key = KeyProof.Import(new(item.Kind, scratch.Keep(item.GetDer().ToArray())));
        return key?.SubjectPublicKeyInfo ?? default;
    }

    /// <summary>Zeroes what is secret.</summary>
    public void Dispose()
    {
        Items.Dispose();
        CryptographicOperations.ZeroMemory(_content);
    }
}
