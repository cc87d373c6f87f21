using System.Text;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Meshes.Transfer;

public sealed class ValueFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Own => _folder.Combine("st");

    [Fact]
    public void No_link_is_read_as_a_value()
    {
        Write("a");
        string outside = _folder.Combine("outside");
        File.WriteAllText(outside, "not theirs");
        File.Delete(Path.Combine(Own, "a"));
        File.CreateSymbolicLink(Path.Combine(Own, "a"), outside);
        Fails.With("FolderHasLink", () => Read());
        File.Delete(Path.Combine(Own, ValueFolders.DescriptionFile)); // Which would be read as a manifest.
        Fails.With("FolderHasLink", () => ObjectReader.Read(Own));
    }

    [Fact]
    public void A_description_that_is_a_link_is_not_read()
    {
        Write("a");
        string description = Path.Combine(Own, ValueFolders.DescriptionFile);
        File.Move(description, _folder.Combine("d.yaml"));
        File.CreateSymbolicLink(description, _folder.Combine("d.yaml"));
        Fails.With("FolderHasLink", () => Read());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_is_written_through_a_linked_folder(bool overwrite)
    {
        string victim = Directory.CreateDirectory(_folder.Combine("victim")).FullName;
        Directory.CreateSymbolicLink(Own, victim);
        Fails.With("FolderHasLink", () => Write(overwrite, "a"));
        Assert.Empty(Directory.GetFileSystemEntries(victim));
    }

    [Fact]
    public void Nothing_is_written_over_a_link()
    {
        Directory.CreateDirectory(Own);
        File.CreateSymbolicLink(Path.Combine(Own, "a"), _folder.Combine("nowhere"));
        Fails.With("FolderHasLink", () => Write(overwrite: true, "a"));
        Assert.False(File.Exists(_folder.Combine("nowhere")));
    }

    [Fact]
    public void The_folder_that_was_named_may_be_a_link()
    {
        string target = Directory.CreateDirectory(_folder.Combine("target")).FullName;
        string named = _folder.Combine("named");
        Directory.CreateSymbolicLink(named, target);
        using Secret secret = Make("a");
        using ValueFolders folders = new(new SecretExport(), named, overwrite: false);
        Assert.Equal(2, folders.Write(secret).Count);
        Assert.True(File.Exists(Path.Combine(target, "st", "a")));
    }

    [Fact]
    public void A_folder_that_is_there_becomes_its_owners_alone()
    {
        Directory.CreateDirectory(Own);
        if (OperatingSystem.IsWindows())
        {
            Assert.Equal(2, Write("a").Count);
            return;
        }

        File.SetUnixFileMode(Own, (UnixFileMode)0b111_101_101);
        Write("a");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Own));
    }

    [Fact]
    public void What_was_removed_does_not_come_back()
    {
        Write("a", "b");
        Write(overwrite: true, "a", "c");
        Assert.Equal(["@secret.yaml", "a", "c"], Directory.GetFiles(Own).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using Secret again = Read();
        Assert.Equal(["a", "c"], again.GetData().Keys);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void A_file_of_others_is_neither_removed_nor_joined(bool overwrite, bool exported)
    {
        Directory.CreateDirectory(Own);
        if (exported)
        {
            Write("a");
        }

        File.WriteAllText(Path.Combine(Own, "mine"), "mine");
        MeshException error = Fails.With("FolderHasOtherFile", () => Write(overwrite, "b"));
        Assert.Contains(Path.Combine(Own, "mine"), error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Own, "mine")));
        Assert.False(File.Exists(Path.Combine(Own, "b")));
    }

    [Theory]
    [InlineData(".a.swp")]
    [InlineData("a~")]
    [InlineData("more")]
    public void A_file_that_is_not_listed_is_no_value(string name)
    {
        Write("a");
        File.WriteAllText(Path.Combine(Own, name), "x");
        Assert.Contains(name, Fails.With("FolderHasOtherFile", () => Read()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".a.swp")]
    [InlineData("a~")]
    public void What_an_editor_left_is_no_value_even_where_none_are_listed(string name)
    {
        Directory.CreateDirectory(Own);
        File.WriteAllText(Path.Combine(Own, "a"), "x");
        File.WriteAllText(Path.Combine(Own, name), "x");
        Fails.With("FolderHasOtherFile", () => ObjectReader.Read(Own));
        Describe("type: Opaque\nname: st\n");
        Fails.With("FolderHasOtherFile", () => Read());
    }

    [Fact]
    public void A_listed_value_that_is_missing_is_noticed()
    {
        Write("a", "b");
        File.Delete(Path.Combine(Own, "b"));
        Assert.Contains("'b'", Fails.With("ManifestInvalid", () => Read()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bogus: 1", "'bogus'", 3)]
    [InlineData("labels:\n  a: {b: c}", "'labels'", 4)]
    [InlineData("annotations: [a]", "'annotations'", 3)]
    [InlineData("mesh: {a: b}", "'mesh'", 3)]
    [InlineData("data: {a: b}", "'data'", 3)]
    [InlineData("data: [[a]]", "'data'", 3)]
    public void A_field_that_would_be_lost_is_refused(string text, string field, int line)
    {
        Directory.CreateDirectory(Own);
        Describe($"type: Opaque\nname: st\n{text}\n");
        string message = Fails.With("ManifestInvalid", () => ValueFolders.ReadDescription(Own)).Message;
        Assert.Contains(field, message, StringComparison.Ordinal);
        Assert.Contains($"line {line}", message, StringComparison.Ordinal);
    }

    private void Describe(string text) => File.WriteAllText(Path.Combine(Own, ValueFolders.DescriptionFile), text);

    private Secret Read() => ValueFolders.Read(Own, ValueFolders.ReadDescription(Own));

    private IReadOnlyList<string> Write(params string[] keys) => Write(overwrite: false, keys);

    private IReadOnlyList<string> Write(bool overwrite, params string[] keys)
    {
        using Secret secret = Make(keys);
        using ValueFolders folders = new(new SecretExport(), _folder.Path, overwrite);
        return folders.Write(secret);
    }

    private static Secret Make(params string[] keys)
    {
        SecretData data = new();
        foreach (string key in keys)
        {
            data.Set(key, Encoding.UTF8.GetBytes(key));
        }

        return new Secret(new SecretMetadata { Id = new SecretId("st", "m"), Type = SecretType.Opaque }, data);
    }
}
