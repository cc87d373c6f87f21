using System.Security.Cryptography;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Meshes.Kubernetes;

namespace MeshSecrets.Commands;

/// <summary>Tells which files of a folder are material: a folder may hold anything.</summary>
internal static class RepairFolder
{
    internal static bool IsOfInterest(string file)
    {
        if (RepairInput.IsMaterialName(System.IO.Path.GetFileName(file)))
        {
            return true;
        }

        if (new FileInfo(file).Length > MaterialRepair.MaxSize)
        {
            return false;
        }

        byte[] content = File.ReadAllBytes(file);
        try
        {
            return MaterialReader.LooksLikeMaterial(content) || new SecretManifestReader().Recognizes(content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
