using System.Buffers;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Writing;

/// <summary>
/// Writes PEM by RFC 7468: lines of 64 characters, LF, and a newline after each block, so that files can be joined.
/// It goes straight from DER to bytes, with no string between.
/// </summary>
public static class PemWriter
{
    /// <summary>Encodes one structure.</summary>
    /// <param name="kind">What it is; gives the label.</param>
    /// <param name="der">Its encoding.</param>
    /// <returns>The text in ASCII; if it is of a private key, the caller zeroes it.</returns>
    public static byte[] Encode(MaterialKind kind, ReadOnlySpan<byte> der)
    {
        byte[] pem = new byte[GetSize(kind, der.Length)];
        Write(PemLabels.Of(kind), der, pem);
        return pem;
    }

    /// <summary>Encodes one structure into a buffer.</summary>
    /// <param name="kind">What it is; gives the label.</param>
    /// <param name="der">Its encoding.</param>
    /// <param name="destination">Takes the text.</param>
    public static void Write(MaterialKind kind, ReadOnlySpan<byte> der, IBufferWriter<byte> destination)
    {
        int size = GetSize(kind, der.Length);
        Write(PemLabels.Of(kind), der, destination.GetSpan(size));
        destination.Advance(size);
    }

    /// <summary>Encodes several certificates, one after another.</summary>
    /// <param name="certificates">DER of each, for a chain the leaf first.</param>
    /// <returns>The text in ASCII.</returns>
    public static byte[] EncodeCertificates(IReadOnlyList<ReadOnlyMemory<byte>> certificates)
    {
        byte[] pem = new byte[certificates.Sum(der => GetSize(MaterialKind.Certificate, der.Length))];
        int offset = 0;
        foreach (ReadOnlyMemory<byte> der in certificates)
        {
            offset += Write(PemLabels.Of(MaterialKind.Certificate), der.Span, pem.AsSpan(offset));
        }

        return pem;
    }

    /// <summary>Encodes a private key, unencrypted.</summary>
    /// <param name="key">The key.</param>
    /// <param name="format">Which form.</param>
    /// <returns>The text in ASCII; the caller zeroes it.</returns>
    public static byte[] EncodePrivateKey(PrivateKey key, PrivateKeyFormat format = PrivateKeyFormat.Pkcs8)
    {
        bool traditional = format == PrivateKeyFormat.Traditional;
        byte[] der = traditional ? key.ExportTraditional() : key.ExportPkcs8();
        MaterialKind kind = !traditional ? MaterialKind.PrivateKey : key.IsRsa ? MaterialKind.RsaPrivateKey : MaterialKind.EcPrivateKey;
        try
        {
            return Encode(kind, der);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>Encodes a private key as encrypted PKCS#8 (AES-256, PBKDF2-HMAC-SHA256).</summary>
    /// <param name="key">The key.</param>
    /// <param name="password">The password; not empty.</param>
    /// <returns>The text in ASCII.</returns>
    /// <exception cref="MeshException"><c>PasswordEmpty</c>.</exception>
    public static byte[] EncodeEncryptedPrivateKey(PrivateKey key, ReadOnlySpan<char> password) =>
        password.IsEmpty
            ? throw WriteErrors.PasswordEmpty()
            : Encode(MaterialKind.EncryptedPrivateKey, key.ExportEncryptedPkcs8(password));

    private static int GetSize(MaterialKind kind, int length) =>
        PemEncoding.GetEncodedSize(PemLabels.Of(kind).Length, length) + 1;

    private static int Write(ReadOnlySpan<byte> label, ReadOnlySpan<byte> der, Span<byte> destination)
    {
        PemEncoding.TryWriteUtf8(label, der, destination, out int written);
        destination[written] = (byte)'\n';
        return written + 1;
    }
}
