using MeshSecrets.Certificates.Writing;

namespace MeshSecrets.Tests.Certificates.Writing;

public sealed class MaterialFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("meshsecrets-").FullName;

    private string Target => Path.Combine(_folder, "tls.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_private_file_is_its_owners_alone_and_no_temporary_stays()
    {
        MaterialFile.WritePrivate(Target, "secret"u8);
        Assert.Equal("secret", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(Target));
    }

    [Fact]
    public void A_public_file_can_be_read_by_its_owner_and_executed_by_none()
    {
        MaterialFile.WritePublic(Target, "public"u8);
        UnixFileMode mode = Mode(Target);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode & (UnixFileMode)0b111_011_011);
    }

    [Fact]
    public void An_existing_file_is_kept_unless_told_otherwise_and_its_mode_is_narrowed()
    {
        File.WriteAllText(Target, "old");
        MeshException error = Assert.Throws<MeshException>(() => MaterialFile.WritePrivate(Target, "new"u8));
        Assert.Equal("FileExists", error.ErrorId);
        Assert.Contains(Target, error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(Target));
        MaterialFile.WritePrivate(Target, "new"u8, overwrite: true);
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(Target));
    }

    private static UnixFileMode Mode(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        return OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
    }

    [Fact]
    public void A_missing_folder_and_a_folder_in_the_way_are_named()
    {
        Assert.Equal("FolderMissing", Assert.Throws<MeshException>(() => MaterialFile.WritePrivate(Path.Combine(_folder, "none", "tls.key"), "x"u8)).ErrorId);
        Directory.CreateDirectory(Target);
        string id = Assert.Throws<MeshException>(() => MaterialFile.WritePrivate(Target, "x"u8, overwrite: true)).ErrorId;
        Assert.Contains(id, (string[])["FileWriteFailed", "FileAccessDenied"]);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }
}
