using System.Collections.Immutable;
using System.Security.Cryptography;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

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
    public static void WriteFolder(AuthorityMaterial authority, string folder, bool overwrite)
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
            EnsureSame(File.ReadAllBytes(path), data.GetValue(Path.GetFileName(path)), path);
        }

        using PrivateKey key = PrivateKeyReader.Read(Read(folder, DataKey.PrivateKey), folder);
        EnsureSame(authority, key, ReadCertificates(folder, DataKey.Certificate), authority.Chain, folder);
    }

    /// <summary>Saves it as one encrypted PKCS#12.</summary>
    /// <param name="authority">The authority with its key; it stays the caller's.</param>
    /// <param name="path">The file; mode 0600, in a folder that exists.</param>
    /// <param name="password">The password; not empty.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>, if there are revocation lists; <c>PasswordEmpty</c>, <c>FileExists</c>, <c>SavedCaDiffers</c>.</exception>
    public static void WritePkcs12(AuthorityMaterial authority, string path, ReadOnlyMemory<char> password, bool overwrite)
    {
        if (!authority.Crls.IsEmpty)
        {
            throw FormatErrors.CannotCarry("PKCS#12", authority.Source, $"{authority.Crls.Length} revocation lists", "Save it without -Password.");
        }

        ImmutableArray<CertificateInfo> all = All(authority);
        byte[] content = Pkcs12Writer.Encode(KeyOf(authority), [.. all.Select(certificate => certificate.Encoded)], password.Span);
        MaterialFile.WritePrivate(path, content, overwrite);
        using MaterialSet saved = MaterialReader.Read(File.ReadAllBytes(path), path, new MaterialReadOptions { Password = password });
        using PrivateKey key = PrivateKeyReader.Read(saved, path);
        EnsureSame(authority, key, [.. saved.Where(item => item.Kind == MaterialKind.Certificate).Select(item => CertificateInfo.Parse(item.GetDer(), path))], all, path);
    }

    /// <summary>Proves that an authority in a store is the one that was to be saved.</summary>
    /// <param name="authority">What was to be saved.</param>
    /// <param name="stored">Its secret, as it was read from the store again.</param>
    /// <exception cref="MeshException"><c>SavedCaDiffers</c>.</exception>
    public static void EnsureSame(AuthorityMaterial authority, Secret stored)
    {
        string source = stored.Id.ToString();
        using AuthorityMaterial read = StoredAuthority.Read(stored);
        EnsureSame(authority, KeyOf(read), All(read), All(authority), source);
    }

    private static ImmutableArray<CertificateInfo> All(AuthorityMaterial authority) =>
        [.. authority.Chain.Concat(authority.Roots).DistinctBy(certificate => certificate.Thumbprint)];

    private static PrivateKey KeyOf(AuthorityMaterial authority) =>
        authority.GetKey() ?? throw FormatErrors.Incomplete("authority", authority.Source, "there is no private key");

    private static byte[] Read(string folder, string name) => File.ReadAllBytes(Path.Combine(folder, name));

    private static ImmutableArray<CertificateInfo> ReadCertificates(string folder, string name) =>
        [.. CertificateReader.ReadCertificates(Read(folder, name), name).Select(item => CertificateInfo.Parse(item.GetDer(), name))];

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
