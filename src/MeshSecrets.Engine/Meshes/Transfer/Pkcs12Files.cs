using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>PKCS#12 files of TLS keys, encrypted with a password.</summary>
/// <param name="path">The file for the only secret; or the folder in which each gets a file of its name.</param>
/// <param name="isFolder">Whether <paramref name="path"/> is the folder.</param>
/// <param name="password">The password; it stays the caller's.</param>
/// <param name="overwrite">Whether existing files are replaced.</param>
public sealed class Pkcs12Files(string path, bool isFolder, ReadOnlyMemory<char> password, bool overwrite) : SecretFiles
{
    private const string Form = "PKCS#12";
    private const string OwnNotes = "meshsecrets.io/";

    private readonly ExportedNames _names = new(path);
    private SecretId? _only;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Write(Secret secret)
    {
        EnsureCarried(secret);
        if (!isFolder && _only is not null)
        {
            throw TransferErrors.FilesOfAnother(path, secret.Id, _only);
        }

        using PrivateKey key = TlsKeySecret.ReadKey(secret);
        ReadOnlyMemory<byte>[] chain =
        [
            .. TlsKeySecret.ReadChain(secret).Select(certificate => certificate.Encoded),
            .. TlsKeySecret.ReadRoots(secret).Select(certificate => certificate.Encoded),
        ];
        byte[] content = Pkcs12Writer.Encode(key, chain, password.Span);
        string file = path;
        if (isFolder)
        {
            MaterialFile.CreatePrivateFolder(path);
            file = Path.Combine(path, _names.Take(secret.Id) + ".p12");
        }

        MaterialFile.WritePrivate(file, content, overwrite);
        _only = secret.Id;
        return [file];
    }

    /// <summary>A file for keys and certificates has no place for anything else; the notes of this product are of no use elsewhere.</summary>
    private static void EnsureCarried(Secret secret)
    {
        const string Remedy = "Export-MeshTlsKey -Pkcs12Path writes certificates and key without the rest.";
        SecretMetadata metadata = secret.Metadata;
        if (metadata.Type != SecretType.Tls)
        {
            throw FormatErrors.CannotCarry(Form, secret.Id, $"a secret of the type {metadata.Type}, as that", "Only TLS keys can be written as PKCS#12; choose -As Yaml or Folder.");
        }

        foreach (string key in secret.GetData().Keys)
        {
            if (key is not (DataKey.Certificate or DataKey.PrivateKey or DataKey.TrustBundle))
            {
                throw FormatErrors.CannotCarry(Form, secret.Id, $"the data key '{key}'", Remedy);
            }
        }

        if (metadata.Labels.Keys.Concat(metadata.Annotations.Keys).FirstOrDefault(name => !name.StartsWith(OwnNotes, StringComparison.Ordinal)) is { } label)
        {
            throw FormatErrors.CannotCarry(Form, secret.Id, $"the label or annotation '{label}'", Remedy);
        }
    }
}
