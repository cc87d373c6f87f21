using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;

namespace MeshSecrets.Tests.Certificates.Reading;

/// <summary>Real input of others: every root that the distribution ships is read without loss.</summary>
public sealed class SystemRootsTests
{
    private const string Bundle = "/etc/ssl/certs/ca-certificates.crt";
    private const string Folder = "/usr/share/ca-certificates";

    [Fact]
    public void The_bundle_is_read_and_written_back_byte_for_byte()
    {
        Assert.SkipUnless(File.Exists(Bundle), $"{Bundle} is not on this machine.");
        byte[] content = File.ReadAllBytes(Bundle);
        IReadOnlyList<MaterialItem> roots = CertificateReader.ReadCertificates(content, Bundle);
        int blocks = Encoding.ASCII.GetString(content).Split("-----BEGIN CERTIFICATE-----").Length - 1;
        Assert.Equal(blocks, roots.Count);
        Assert.Equal(content, PemWriter.EncodeCertificates([.. roots.Select(root => root.GetDer())]));
    }

    [Fact]
    public void Each_file_is_read_and_its_public_key_is_found()
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"{Folder} is not on this machine.");
        string[] files = Directory.GetFiles(Folder, "*.crt", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            MaterialItem root = CertificateReader.ReadCertificates(File.ReadAllBytes(file), file).Single();
            Assert.False(KeyPairCheck.SubjectPublicKeyInfo(root.GetDer(), file).IsEmpty);
        }
    }
}
