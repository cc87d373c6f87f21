using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Asks the strict reader.</summary>
internal static class MaterialComplaint
{
    /// <summary>What the strict reader finds at fault; <see langword="null"/> if it reads the content.</summary>
    internal static MeshException? About(ReadOnlyMemory<byte> content, string source, MaterialReadOptions options)
    {
        try
        {
            MaterialReader.Read(content, source, options).Dispose();
            return null;
        }
        catch (MeshException fault)
        {
            return fault; // The answer asked for.
        }
    }
}
