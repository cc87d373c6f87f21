namespace MeshSecrets.Meshes.Transfer;

/// <summary>Makes folders for what is secret.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes a folder that is its owner's alone (mode 0700); one that exists keeps the mode that its owner gave it.</summary>
    internal static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
