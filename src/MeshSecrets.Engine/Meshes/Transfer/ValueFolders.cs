using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>
/// A folder for each secret, with a file for each data key, as programs that read PEM files want them; and beside these
/// a file with all that is known of the secret but its values, so that the folder can be brought in again without loss.
/// </summary>
/// <param name="export">The scope; the form means nothing here.</param>
/// <param name="folder">Where the folders are made.</param>
/// <param name="overwrite">Whether existing files are replaced.</param>
public sealed class ValueFolders(SecretExport export, string folder, bool overwrite) : SecretFiles
{
    /// <summary>The file beside the values. No data key has such a name.</summary>
    public const string DescriptionFile = "@secret.yaml";

    private readonly ExportedNames _names = new(folder);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Write(Secret secret)
    {
        string own = Path.Combine(folder, _names.Take(secret.Id));
        string[] keys = [.. secret.GetData().Keys];
        string[] files = [.. keys.Append(DescriptionFile).Select(key => Path.Combine(own, key))];
        if (!overwrite && Array.Find(files, File.Exists) is { } taken)
        {
            throw WriteErrors.FileExists(taken);
        }

        ArrayBufferWriter<byte> description = new();
        ManifestWriter.WriteYaml(Describe(secret), description);
        MaterialFile.CreatePrivateFolder(own);
        foreach (string key in keys)
        {
            MaterialFile.WritePrivate(Path.Combine(own, key), secret.GetData().GetValue(key).Span, overwrite);
        }

        MaterialFile.WritePrivate(files[^1], description.WrittenSpan, overwrite);
        return files;
    }

    /// <summary>Whether a folder is one of a secret: described, or with a certificate, its key, and nothing that has no place beside them.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsOne(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))];
        return files.Contains(DescriptionFile)
            || (files.Contains(DataKey.Certificate) && files.Contains(DataKey.PrivateKey)
                && files.All(file => file is DataKey.Certificate or DataKey.PrivateKey or DataKey.TrustBundle));
    }

    /// <summary>The description of a folder's secret; for one that has none, a TLS key of the folder's name that says nothing of its scope.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>An object in the manner of Kuma's own form, with <c>type</c>, <c>name</c>, <c>mesh</c>, <c>namespace</c>, <c>labels</c> and <c>annotations</c>.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>.</exception>
    public static Manifest ReadDescription(string folder)
    {
        string path = Path.Combine(folder, DescriptionFile);
        if (!File.Exists(path))
        {
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
            return new Manifest(ManifestNode.Mapping(("type", ManifestNode.String(SecretType.Tls)), ("name", ManifestNode.String(name))), folder);
        }

        using FileStream stream = File.OpenRead(path);
        Manifest[] found = [.. ManifestReader.Read(stream, path).Take(2)];
        return found is [{ } only] && only.Root["type"] is not null ? only : throw ManifestErrors.Invalid(new(path), "it does not describe one secret");
    }

    /// <summary>Reads the secret of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="description">Its <see cref="ReadDescription"/>.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>SecretTooLarge</c>, <c>SecretDataKeyInvalid</c>, and what is wrong with a TLS key.</exception>
    public static Secret Read(string folder, Manifest description)
    {
        ManifestNode root = description.Root;
        SecretMetadata metadata = new()
        {
            Id = new SecretId(description.Name, root["mesh"], root["namespace"]),
            Type = root["type"]!,
            Labels = description.Labels,
            Annotations = description.Annotations,
        };
        SecretData data = new();
        try
        {
            foreach (string file in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != DescriptionFile))
            {
                ReadValue(data, file, metadata.Id);
            }

            return new Secret(TlsKeySecret.Describe(metadata, data), data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static void ReadValue(SecretData data, string file, SecretId id)
    {
        long size = new FileInfo(file).Length;
        if (size > SecretData.MaxSize)
        {
            throw SecretErrors.DataTooLarge(id, size, SecretData.MaxSize);
        }

        byte[] value = File.ReadAllBytes(file);
        data.Set(Path.GetFileName(file), value);
        CryptographicOperations.ZeroMemory(value);
    }

    private Manifest Describe(Secret secret)
    {
        SecretId id = export.IdOf(secret.Metadata);
        ManifestNode root = ManifestNode.Mapping(
            ("type", ManifestNode.String(secret.Metadata.Type)),
            ("name", ManifestNode.String(id.Name)),
            ("mesh", ManifestNode.String(id.Mesh)),
            ("namespace", ManifestNode.String(id.Namespace)),
            ("labels", Texts(secret.Metadata.Labels)),
            ("annotations", Texts(secret.Metadata.Annotations)));
        return new Manifest(root, secret.Id.ToString());
    }

    private static ManifestNode? Texts(ImmutableSortedDictionary<string, string> texts)
    {
        if (texts.IsEmpty)
        {
            return null;
        }

        ManifestNode mapping = ManifestNode.Mapping();
        foreach ((string key, string value) in texts)
        {
            mapping.Set(key, ManifestNode.String(value));
        }

        return mapping;
    }
}
