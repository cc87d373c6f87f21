using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Formats;

/// <summary>Writes the objects of a mesh: as a manifest, or as a folder with a file for each value, which <c>kubectl create secret --from-file</c> takes.</summary>
public static class ObjectFiles
{
    /// <summary>The objects as YAML documents.</summary>
    /// <param name="objects">The objects; they stay the caller's.</param>
    /// <returns>UTF-8; the caller zeroes it if there are secrets among the objects.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>.</exception>
    public static byte[] ToYaml(MeshObjects objects)
    {
        ArrayBufferWriter<byte> yaml = new();
        foreach (Secret secret in objects.Secrets)
        {
            ManifestWriter.WriteYaml(MeshDialects.UsualForm(secret.Metadata).Write(secret, FormatTarget.Default), yaml);
        }

        foreach (Manifest manifest in objects.Manifests)
        {
            ManifestWriter.WriteYaml(manifest, yaml);
        }

        byte[] written = yaml.WrittenSpan.ToArray();
        yaml.Clear(); // Which zeroes it.
        return written;
    }

    /// <summary>Writes one manifest file.</summary>
    /// <param name="objects">The objects; they stay the caller's.</param>
    /// <param name="path">The file; mode 0600 if there are secrets among the objects.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <exception cref="MeshException"><c>FileExists</c> and the other errors of writing.</exception>
    public static void WriteManifest(MeshObjects objects, string path, bool overwrite)
    {
        byte[] yaml = ToYaml(objects);
        try
        {
            if (objects.Secrets.IsEmpty)
            {
                MaterialFile.WritePublic(path, yaml, overwrite);
            }
            else
            {
                MaterialFile.WritePrivate(path, yaml, overwrite);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(yaml);
        }
    }

    /// <summary>Writes a folder: a file for each value of a single object; for several objects a folder of each one's name in it.</summary>
    /// <param name="objects">The objects; they stay the caller's.</param>
    /// <param name="folder">The folder; made if it is missing, and then its owner's alone (0700) if there are secrets among the objects.</param>
    /// <param name="overwrite">Whether existing files are replaced.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>: an object is more than named values; <c>FileExists</c>, <c>FolderHasLink</c>, before anything is written.</exception>
    public static IReadOnlyList<string> WriteFolder(MeshObjects objects, string folder, bool overwrite)
    {
        List<(string Path, ReadOnlyMemory<byte> Content, bool IsSecret)> files = [];
        bool several = objects.Secrets.Length + objects.Manifests.Length > 1;
        foreach (Secret secret in objects.Secrets)
        {
            string place = several ? Path.Combine(folder, secret.Id.Name) : folder;
            files.AddRange(secret.GetData().Keys.Select(key => (Path.Combine(place, key), secret.GetData().GetValue(key), true)));
        }

        foreach (Manifest manifest in objects.Manifests)
        {
            string place = several ? Path.Combine(folder, manifest.Name) : folder;
            files.AddRange(TextsOf(manifest).Select(text => (Path.Combine(place, text.Key), (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text.Value), false)));
        }

        if (several)
        {
            // The folder that the user named may be a link; those in it may not.
            files.ForEach(file => OwnFolder.EnsureNoLink(Path.GetDirectoryName(file.Path)!));
        }

        files.ForEach(file => OwnFolder.EnsureNoLink(file.Path));
        if (!overwrite && files.Find(file => File.Exists(file.Path)) is { Path: { } taken })
        {
            throw WriteErrors.FileExists(taken);
        }

        foreach ((string path, ReadOnlyMemory<byte> content, bool isSecret) in files)
        {
            if (isSecret)
            {
                string place = Path.GetDirectoryName(path)!;
                if (several)
                {
                    OwnFolder.Make(place);
                }
                else
                {
                    MaterialFile.CreatePrivateFolder(place); // One that the user has keeps its mode: it may hold more than this.
                }

                MaterialFile.WritePrivate(path, content.Span, overwrite);
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                MaterialFile.WritePublic(path, content.Span, overwrite);
            }
        }

        return [.. files.Select(file => file.Path)];
    }

    private static IEnumerable<KeyValuePair<string, string>> TextsOf(Manifest manifest) =>
        manifest.Kind == "ConfigMap" && manifest.Root.Find("data") is { } data
            ? data.Fields.Select(field => KeyValuePair.Create(field.Key, field.Value.Text ?? ""))
            : throw FormatErrors.CannotCarry("A folder of files", manifest, "the settings", "Write a manifest (.yaml).");
}
