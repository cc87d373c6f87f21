using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
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
        OwnFolder.EnsureNoLink(own);
        string[] files = [.. keys.Append(DescriptionFile).Select(key => Path.Combine(own, key))];
        if (!overwrite && Array.Find(files, File.Exists) is { } taken)
        {
            throw WriteErrors.FileExists(taken);
        }

        IReadOnlyList<string> stale = FindStale(own, files);
        ArrayBufferWriter<byte> description = new();
        ManifestWriter.WriteYaml(Describe(secret), description);
        OwnFolder.Make(own);
        foreach (string file in stale)
        {
            File.Delete(file);
        }

        foreach (string key in keys)
        {
            MaterialFile.WritePrivate(Path.Combine(own, key), secret.GetData().GetValue(key).Span, overwrite);
        }

        MaterialFile.WritePrivate(files[^1], description.WrittenSpan, overwrite);
        return files;
    }

    /// <summary>Refuses a folder that is a link: who names a folder means what is in it, not where a link in it may lead.</summary>
    /// <param name="folder">A folder below the one that was named.</param>
    /// <returns>The same.</returns>
    /// <exception cref="MeshException"><c>FolderHasLink</c>.</exception>
    public static string EnsureNoLink(string folder)
    {
        OwnFolder.EnsureNoLink(folder);
        return folder;
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
    /// <returns>An object in the manner of Kuma's own form, with <c>type</c>, <c>name</c>, <c>mesh</c>, <c>namespace</c>, <c>labels</c>, <c>annotations</c>, and under <c>data</c> the names of the data keys.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>.</exception>
    public static Manifest ReadDescription(string folder)
    {
        string path = Path.Combine(folder, DescriptionFile);
        if (!File.Exists(path))
        {
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
            return new Manifest(ManifestNode.Mapping(("type", ManifestNode.String(SecretType.Tls)), ("name", ManifestNode.String(name))), folder);
        }

        OwnFolder.EnsureNoLink(path);
        using FileStream stream = File.OpenRead(path);
        Manifest[] found = [.. ManifestReader.Read(stream, path).Take(2)];
        return found is [{ } only] && only.Root["type"] is not null ? FolderDescription.Ensure(only) : throw ManifestErrors.Invalid(new(path), "it does not describe one secret");
    }

    /// <summary>Reads the secret of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="description">Its <see cref="ReadDescription"/>.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>FolderHasLink</c>, <c>FolderHasOtherFile</c>, <c>ManifestInvalid</c>, <c>SecretTooLarge</c>, <c>SecretDataKeyInvalid</c>, and what is wrong with a TLS key.</exception>
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
            foreach (string file in FilesOf(folder, description))
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

    /// <summary>The files of values. Where the description lists them, no other is taken, and none may be missing.</summary>
    private static IEnumerable<string> FilesOf(string folder, Manifest description)
    {
        string[] files = [.. OwnFolder.FilesOf(folder).Where(file => Path.GetFileName(file) != DescriptionFile)];
        OwnFolder.EnsureNoLeftover(files);
        if (FolderDescription.KeysOf(description) is not { } keys)
        {
            return files;
        }

        if (Array.Find(files, file => !keys.Contains(Path.GetFileName(file))) is { } other)
        {
            throw FormatErrors.FolderHasOtherFile(other, $"{DescriptionFile} does not list it under 'data'. Remove it, or list it there");
        }

        string[] names = [.. files.Select(file => Path.GetFileName(file))];
        return keys.Except(names).FirstOrDefault() is { } missing
            ? throw ManifestErrors.Invalid(new(description.Source), $"'data' lists '{missing}', and there is no such file beside it")
            : files;
    }

    /// <summary>What an earlier export left that is no value any more, and would be one again if the folder were brought in.</summary>
    private IReadOnlyList<string> FindStale(string own, string[] files)
    {
        if (!Directory.Exists(own))
        {
            return [];
        }

        string[] others = [.. OwnFolder.FilesOf(own).Except(files)];
        if (others.Length == 0)
        {
            return [];
        }

        string path = Path.Combine(own, DescriptionFile);
        ImmutableHashSet<string> ours = (overwrite && File.Exists(path) ? FolderDescription.KeysOf(ReadDescription(own)) : null) ?? [];
        return Array.Find(others, file => !ours.Contains(Path.GetFileName(file))) is { } foreign
            ? throw FormatErrors.FolderHasOtherFile(foreign, "no export put it there. Remove it, or choose another folder")
            : others;
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
            ("annotations", Texts(secret.Metadata.Annotations)),
            ("data", ManifestNode.Sequence(secret.GetData().Keys.Select(key => ManifestNode.String(key)!))));
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
