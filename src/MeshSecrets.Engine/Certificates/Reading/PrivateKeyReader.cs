using MeshSecrets.Certificates.Keys;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Reads a private key where exactly one is expected.</summary>
public static class PrivateKeyReader
{
    /// <summary>Reads the key; certificates beside it, as in a combined file or PKCS#12, are passed over.</summary>
    /// <param name="content">The bytes of the file or value; they stay the caller's, who zeroes them.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="options">With the password of an encrypted key or PKCS#12; <see langword="null"/> for the defaults.</param>
    /// <returns>The key, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">
    /// <c>PrivateKeyMissing</c>, <c>PrivateKeyAmbiguous</c>, <c>PrivateKeyPasswordRequired</c>, those of
    /// <see cref="PrivateKeyImport"/> and of <see cref="MaterialReader.Read"/>.
    /// </exception>
    public static PrivateKey Read(ReadOnlyMemory<byte> content, string source, MaterialReadOptions? options = null)
    {
        options ??= MaterialReadOptions.Default;
        using MaterialSet found = MaterialReader.Read(content, source, options);
        return Read(found, source, options.Password);
    }

    /// <summary>Takes the one private key out of material that was read already.</summary>
    /// <param name="found">The material; it stays the caller's.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <returns>The key, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">As for the other overload.</exception>
    public static PrivateKey Read(MaterialSet found, string source, ReadOnlyMemory<char> password = default)
    {
        MaterialItem? key = null;
        foreach (MaterialItem item in found.Where(item => item.Kind.IsPrivateKey()))
        {
            key = key is null ? item : throw ReadErrors.PrivateKeyAmbiguous(key, item);
        }

        return Import(key ?? throw ReadErrors.PrivateKeyMissing(source, found), password);
    }

    private static PrivateKey Import(MaterialItem item, ReadOnlyMemory<char> password) => item.Kind switch
    {
        MaterialKind.EcPrivateKey => PrivateKeyImport.FromSec1(item.GetDer(), item.Location),
        MaterialKind.RsaPrivateKey => PrivateKeyImport.FromPkcs1(item.GetDer(), item.Location),
        MaterialKind.PrivateKey => PrivateKeyImport.FromPkcs8(item.GetDer(), item.Location),
        _ when password.IsEmpty => throw ReadErrors.PrivateKeyPasswordRequired(item),
        _ => PrivateKeyImport.FromEncryptedPkcs8(item.GetDer(), password, item.Location),
    };
}
