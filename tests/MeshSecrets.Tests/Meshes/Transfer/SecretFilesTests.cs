using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Meshes.Transfer;

public sealed class SecretFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("yaml")]
    [InlineData("json")]
    public void A_file_takes_many_and_appears_when_it_is_complete(string text)
    {
        string path = _folder.Combine($"all.{text}");
        using ManifestFile file = new(new SecretExport(), text == "json" ? new JsonList() : new YamlDocuments(), path, overwrite: false);
        using Secret first = Make("a", @namespace: "shop");
        using Secret second = Make("b", @namespace: "shop");
        Assert.Empty(file.Write(first));
        Assert.Empty(file.Write(second));
        Assert.False(File.Exists(path));
        Assert.Equal([path], file.Complete());
        AssertSame([first, second], Read(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void What_is_given_up_leaves_nothing()
    {
        using (ManifestFile file = new(new SecretExport(), new YamlDocuments(), _folder.Combine("all.yaml"), overwrite: false))
        {
            using Secret secret = Make("a", @namespace: "shop");
            file.Write(secret);
            Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void No_file_is_made_for_nothing()
    {
        using ManifestFile file = new(new SecretExport(), new JsonList(), _folder.Combine("all.json"), overwrite: false);
        Assert.Empty(file.Complete());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_of_values_is_whole()
    {
        using Secret secret = Make("a", mesh: "m");
        using ValueFolders folders = new(new SecretExport(), _folder.Path, overwrite: false);
        Assert.Equal(4, folders.Write(secret).Count);
        string own = _folder.Combine("a");
        Assert.True(ValueFolders.IsOne(own));
        Secret again = ValueFolders.Read(own, ValueFolders.ReadDescription(own));
        AssertSame([secret], [again]);
        Fails.With("ExportOverwrites", () => folders.Write(secret));
    }

    /// <summary>A sparse file: were the limit not asked before reading, the folder would take the machine's memory.</summary>
    [Theory]
    [InlineData(SecretData.MaxSize + 1L)]
    [InlineData(3L << 30)]
    public void A_value_that_is_too_large_is_refused_before_it_is_read(long size)
    {
        string own = _folder.Combine("big");
        Directory.CreateDirectory(own);
        using (FileStream file = File.Create(Path.Combine(own, "dump")))
        {
            file.SetLength(size);
        }

        MeshException error = Fails.With("SecretTooLarge", () => ValueFolders.Read(own, ValueFolders.ReadDescription(own)));
        Assert.Contains(size.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_folder_is_a_TLS_key_only_if_nothing_else_is_in_it()
    {
        ForgedCertificate web = CertificateForge.Leaf(CertificateForge.Root());
        string site = _folder.Combine("site");
        Directory.CreateDirectory(site);
        File.WriteAllText(Path.Combine(site, "tls.crt"), web.Pem);
        File.WriteAllText(Path.Combine(site, "tls.key"), web.KeyPem);
        Assert.True(ValueFolders.IsOne(site));
        using Secret key = new ManifestIntake(ImportScope.Own, ImmutableSortedDictionary<string, string>.Empty).ReadFolder(site);
        Assert.Equal("mesh/default/site", key.Id.ToString());
        Assert.Equal(web.Info.Thumbprint, key.Metadata.Certificate?.Thumbprint);

        File.WriteAllText(Path.Combine(site, "other.yaml"), "a: b");
        Assert.False(ValueFolders.IsOne(site));
    }

    [Theory]
    [InlineData("type: Opaque\n---\ntype: Opaque\n")]
    [InlineData("name: a\n")]
    public void A_description_that_describes_no_secret_is_refused(string text)
    {
        File.WriteAllText(_folder.Combine(ValueFolders.DescriptionFile), text);
        Fails.With("ManifestInvalid", () => ValueFolders.ReadDescription(_folder.Path));
    }

    [Theory]
    [InlineData(null, "shop", null, null, "namespace/shop/a")]
    [InlineData(null, "shop", null, "other", "namespace/other/a")]
    [InlineData("m", null, null, "other", "namespace/other/a")]
    [InlineData("m", null, "n", "other", "namespace/other/mesh/n/a")]
    [InlineData("m", null, "n", null, "mesh/n/a")]
    public void A_secret_goes_where_it_is_sent(string? mesh, string? @namespace, string? toMesh, string? toNamespace, string expected)
    {
        using Secret secret = Make("a", mesh, @namespace);
        Assert.Equal(expected, new SecretExport(Form: null, toMesh, toNamespace).IdOf(secret.Metadata).ToString());
    }

    [Theory]
    [InlineData("m", null)]
    [InlineData("m", "shop")]
    [InlineData(null, null)]
    public void A_scope_that_the_form_has_no_place_for_is_refused(string? mesh, string? @namespace)
    {
        using Secret secret = Make("a", mesh, @namespace);
        Fails.With("FormatCannotCarry", () => new SecretExport().Write(secret));
    }

    private static Secret[] Read(string path)
    {
        ManifestIntake intake = new(ImportScope.Own, ImmutableSortedDictionary<string, string>.Empty);
        using FileStream stream = File.OpenRead(path);
        return [.. ManifestReader.Read(stream, path).Select(intake.Read)];
    }

    private static void AssertSame(Secret[] expected, Secret[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach ((Secret before, Secret after) in expected.Zip(actual))
        {
            using (after)
            {
                Assert.Equal(before.Id, after.Id);
                Assert.Equal(before.Metadata.Type, after.Metadata.Type);
                Assert.Equal(before.Metadata.Labels, after.Metadata.Labels);
                Assert.Equal(before.Metadata.Annotations, after.Metadata.Annotations);
                Assert.True(before.GetData().ContentEquals(after.GetData()));
            }
        }
    }

    private static Secret Make(string name, string? mesh = null, string? @namespace = null) => new(
        new SecretMetadata
        {
            Id = new SecretId(name, mesh, @namespace),
            Type = "example.com/own",
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("example.com/x", "on").Add("n", "007"),
            Annotations = ImmutableSortedDictionary<string, string>.Empty.Add("note", "a: b\n--- 'x' \"y\" ü"),
        },
        new SecretData().Set("empty", []).Set("b.c", [0, 255, 10]).Set("text", Encoding.UTF8.GetBytes("a\nb")));
}
