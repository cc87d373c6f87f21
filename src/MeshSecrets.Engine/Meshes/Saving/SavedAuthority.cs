using System.Collections.Immutable;
using System.Security.Cryptography;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Saving;

/// <summary>
/// Writes an authority whole into files of its owner's alone, reads it back, and proves that it is what was to be saved:
/// a backup whose certificate is not that of its key is found out on the day it is needed.
/// </summary>
public static class SavedAuthority
{
    private const string Crls = "ca.crl";

    /// <summary>Saves it as PEM: <c>tls.crt</c> with what is above it, <c>tls.key</c>, the roots in <c>ca.crt</c>.</summary>
    /// <param name="authority">The authority with its key; it stays the caller's.</param>
    /// <param name="folder">The folder for it; made with mode 0700.</param>
    /// <param name="overwrite">Whether existing files are replaced.</param>
    /// <exception cref="MeshException"><c>FileExists</c>, before anything is written; <c>SavedCaDiffers</c>.</exception>
    public static void WriteFolder(AuthorityMaterial authority, string folder, bool overwrite) => WriteFolder(authority, folder, overwrite, File.ReadAllBytes);

    /// <summary>As the public one, with what reads the files back: a disk may give other bytes than it was given.</summary>
    internal static void WriteFolder(AuthorityMaterial authority, string folder, bool overwrite, Func<string, byte[]> readBack)
    {
        SecretData data = new();
        using MeshObjects objects = new([new Secret(new SecretMetadata { Id = new SecretId("saved"), Type = SecretType.Opaque }, data)], []);
        AuthorityData.SetKey(data, DataKey.PrivateKey, authority, new FormatTarget { IncludePrivateKey = true }, "PEM");
        data.Set(DataKey.Certificate, AuthorityData.Pem(authority.Chain));
        if (!authority.Roots.IsEmpty)
        {
            data.Set(DataKey.TrustBundle, AuthorityData.Pem(authority.Roots));
        }

        if (!authority.Crls.IsEmpty)
        {
            data.Set(Crls, [.. authority.Crls.SelectMany(crl => PemWriter.Encode(MaterialKind.Crl, crl.Span))]);
        }

        foreach (string path in ObjectFiles.WriteFolder(objects, folder, overwrite))
        {
            EnsureSame(readBack(path), data.GetValue(Path.GetFileName(path)), path);
        }

        using PrivateKey key = PrivateKeyReader.Read(readBack(Path.Combine(folder, DataKey.PrivateKey)), folder);
        EnsureSame(authority, key, ReadCertificates(readBack(Path.Combine(folder, DataKey.Certificate)), DataKey.Certificate), authority.Chain, folder);
    }

    /// <summary>Saves it as one encrypted PKCS#12.</summary>
    /// <param name="authority">The authority with its key; it stays the caller's.</param>
    /// <param name="path">The file; mode 0600, in a folder that exists.</param>
    /// <param name="password">The password; not empty.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>, if there are revocation lists; <c>PasswordEmpty</c>, <c>FileExists</c>, <c>SavedCaDiffers</c>.</exception>
    public static void WritePkcs12(AuthorityMaterial authority, string path, ReadOnlyMemory<char> password, bool overwrite) =>
        WritePkcs12(authority, path, password, overwrite, File.ReadAllBytes);

    /// <summary>As the public one, with what reads the file back.</summary>
    internal static void WritePkcs12(AuthorityMaterial authority, string path, ReadOnlyMemory<char> password, bool overwrite, Func<string, byte[]> readBack)
    {
        if (!authority.Crls.IsEmpty)
        {
            throw FormatErrors.CannotCarry("PKCS#12", authority.Source, $"{authority.Crls.Length} revocation lists", "Save it without -Password.");
        }

        ImmutableArray<CertificateInfo> all = All(authority);
        byte[] content = Pkcs12Writer.Encode(KeyOf(authority), [.. all.Select(certificate => certificate.Encoded)], password.Span);
        MaterialFile.WritePrivate(path, content, overwrite);
        using MaterialSet saved = MaterialReader.Read(readBack(path), path, new MaterialReadOptions { Password = password });
        using PrivateKey key = PrivateKeyReader.Read(saved, path);
        EnsureSame(authority, key, [.. saved.Where(item => item.Kind == MaterialKind.Certificate).Select(item => CertificateInfo.Parse(item.GetDer(), path))], all, path);
    }

    /// <summary>Saves it in a store.</summary>
    /// <param name="authority">The authority with its key; it stays the caller's.</param>
    /// <param name="store">The store.</param>
    /// <param name="write">Its secret; it stays the caller's.</param>
    /// <param name="cancellationToken">Stops it before anything is written.</param>
    /// <returns>A task.</returns>
    /// <exception cref="MeshException">What the store refuses; <c>SavedCaDiffers</c>.</exception>
    public static async Task WriteStoreAsync(AuthorityMaterial authority, ISecretStore store, SecretWrite write, CancellationToken cancellationToken)
    {
        await store.PutAsync(write, cancellationToken).ConfigureAwait(false);
        using Secret stored = await store.GetRequiredAsync(write.Secret.Id, cancellationToken).ConfigureAwait(false);
        string source = stored.Id.ToString();
        using AuthorityMaterial read = StoredAuthority.Read(stored);
        EnsureSame(authority, KeyOf(read), All(read), All(authority), source);
    }

    private static ImmutableArray<CertificateInfo> All(AuthorityMaterial authority) =>
        [.. authority.Chain.Concat(authority.Roots).DistinctBy(certificate => certificate.Thumbprint)];

    private static PrivateKey KeyOf(AuthorityMaterial authority) =>
        authority.GetKey() ?? throw FormatErrors.Incomplete("authority", authority.Source, "there is no private key");

    private static ImmutableArray<CertificateInfo> ReadCertificates(byte[] content, string name) =>
        [.. CertificateReader.ReadCertificates(content, name).Select(item => CertificateInfo.Parse(item.GetDer(), name))];

    private static void EnsureSame(ReadOnlySpan<byte> read, ReadOnlyMemory<byte> written, string path)
    {
        if (!CryptographicOperations.FixedTimeEquals(read, written.Span))
        {
            throw SavingErrors.Differs(path, "the file does not hold what was written");
        }
    }

    /// <summary>The key is that of the certificate, and both are those of the source, with all that was beside them.</summary>
    private static void EnsureSame(AuthorityMaterial source, PrivateKey key, ImmutableArray<CertificateInfo> read, ImmutableArray<CertificateInfo> expected, string place)
    {
        KeyPairCheck.EnsureMatch(key, place, source.Chain[0].Encoded, source.Source);
        if (!expected.Select(certificate => certificate.Thumbprint).ToHashSet().SetEquals(read.Select(certificate => certificate.Thumbprint)))
        {
            throw SavingErrors.Differs(place, "its certificates are not those of the source");
        }
    }
}
