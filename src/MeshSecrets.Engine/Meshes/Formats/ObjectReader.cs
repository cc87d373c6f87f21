using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Formats;

/// <summary>Reads the objects of a mesh from files: manifests, or a folder with a file for each value of one secret.</summary>
public static class ObjectReader
{
    private static readonly ImmutableArray<string> s_manifestEndings = [".yaml", ".yml", ".json"];

    /// <summary>Reads a file or folder.</summary>
    /// <param name="path">A manifest; or a folder: of manifests if there are any in it, else one with a file for each value, as a secret of the folder's name.</param>
    /// <param name="refused">What is done about a secret that is broken, before the others follow; without it, its error is thrown.</param>
    /// <returns>The objects, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">A manifest is broken; <c>FolderHasLink</c>, <c>FolderHasOtherFile</c>, <c>SecretTooLarge</c>.</exception>
    public static MeshObjects Read(string path, Action<MeshException>? refused = null)
    {
        if (!Directory.Exists(path))
        {
            using FileStream file = File.OpenRead(path);
            return Read(ManifestReader.Read(file, path), refused);
        }

        string[] manifests = [.. Directory.EnumerateFiles(path).Where(IsManifest).Order(StringComparer.Ordinal)];
        return manifests.Length > 0 ? Read(manifests.SelectMany(ReadFile), refused) : ReadValues(path);
    }

    /// <summary>Sorts manifests into secrets and other objects.</summary>
    /// <param name="manifests">The manifests.</param>
    /// <param name="refused">What is done about a secret that is broken, before the others follow; without it, its error is thrown.</param>
    /// <returns>The objects, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">A secret is broken.</exception>
    public static MeshObjects Read(IEnumerable<Manifest> manifests, Action<MeshException>? refused = null)
    {
        List<Secret> secrets = [];
        List<Manifest> others = [];
        try
        {
            foreach (Manifest manifest in manifests)
            {
                if (MeshDialects.RecognizeSecret(manifest) is not { } form)
                {
                    others.Add(manifest);
                    continue;
                }

                try
                {
                    secrets.Add(form.Read(manifest));
                }
                catch (MeshException error) when (refused is not null)
                {
                    refused(error);
                }
            }

            return new MeshObjects([.. secrets], [.. others]);
        }
        catch
        {
            secrets.ForEach(secret => secret.Dispose());
            throw;
        }
    }

    private static bool IsManifest(string file) => s_manifestEndings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<Manifest> ReadFile(string file)
    {
        using FileStream stream = File.OpenRead(file);
        foreach (Manifest manifest in ManifestReader.Read(stream, file))
        {
            yield return manifest;
        }
    }

    /// <summary>A secret's name as near to the folder's as the rules of names allow.</summary>
    private static string NameOf(string folder)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)).ToLowerInvariant();
        IEnumerable<string> parts = name.Split('.').Select(part => string.Concat(part.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-'));
        string valid = string.Join('.', parts.Where(part => part.Length > 0)); // Kuma 0.4 has a dot in the name of its own authority's secret.
        return valid.Length == 0 ? "folder" : valid;
    }

    private static MeshObjects ReadValues(string folder)
    {
        string[] files = OwnFolder.FilesOf(folder);
        OwnFolder.EnsureNoLeftover(files);
        SecretData data = new();
        try
        {
            SecretId id = new(NameOf(folder));
            long size = files.Sum(file => new FileInfo(file).Length);
            if (size > SecretData.MaxSize)
            {
                throw SecretErrors.DataTooLarge(id, size, SecretData.MaxSize);
            }

            foreach (string file in files)
            {
                byte[] value = File.ReadAllBytes(file);
                data.Set(Path.GetFileName(file), value);
                System.Security.Cryptography.CryptographicOperations.ZeroMemory(value);
            }

            return new MeshObjects([new Secret(new SecretMetadata { Id = id, Type = SecretType.Opaque }, data)], []);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }
}
