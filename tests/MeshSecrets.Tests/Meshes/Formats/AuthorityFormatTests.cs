using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Meshes.Formats;

/// <summary>What holds for every form of an authority, whatever the mesh.</summary>
public sealed class AuthorityFormatTests
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();
    private static readonly CertificateAuthority s_root = Root("Mesh Root");
    private static readonly CertificateAuthority s_next = Root("Next Root");

    /// <summary>Each form, on Kubernetes and outside it, through a manifest and through a folder.</summary>
    public static TheoryData<string, bool, bool> Ways() =>
        [.. MeshDialects.AuthorityFormats.SelectMany(format => new[]
        {
            (format.Name, false, false),
            (format.Name, true, false),
            (format.Name, false, true),
        })];

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_is_written_is_read_again_whole(string name, bool universal, bool folder)
    {
        AuthorityFormat format = MeshDialects.FindAuthorityFormat(name);
        using AuthorityMaterial authority = Authority(format);
        FormatTarget target = new() { IncludePrivateKey = format.HoldsPrivateKey, IsUniversal = universal };
        using TemporaryFolder place = new();
        using MeshObjects written = format.Write(authority, target, s_now);
        if (folder && (written.Secrets.Length != 1 || !written.Manifests.IsEmpty))
        {
            return; // A folder of values is read as one secret; of forms that are something else there is a manifest.
        }

        using MeshObjects read = folder ? FromFolder(written, place.Path) : FromManifest(written);
        using AuthorityMaterial? again = format.TryRead(read);
        Assert.NotNull(again);
        Assert.Equal(Thumbprints(authority.Roots), Thumbprints(again.Roots));
        if (format.HoldsPrivateKey)
        {
            Assert.Equal(Thumbprints(authority.Chain), Thumbprints(again.Chain));
            Assert.True(again.HasPrivateKey);
            Assert.True(again.GetKey()!.SubjectPublicKeyInfo.Span.SequenceEqual(authority.GetKey()!.SubjectPublicKeyInfo.Span));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_private_key_is_written_on_demand_only(string name, bool universal, bool folder)
    {
        _ = folder;
        AuthorityFormat format = MeshDialects.FindAuthorityFormat(name);
        using AuthorityMaterial authority = Authority(format);
        byte[] key = authority.GetKey() is { } found ? found.ExportPkcs8() : [];
        try
        {
            using MeshObjects written = format.Write(authority, new FormatTarget { IsUniversal = universal }, s_now);
            string text = Encoding.UTF8.GetString(ObjectFiles.ToYaml(written));
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
            Assert.All(written.Secrets.SelectMany(secret => secret.GetData().Keys.Select(dataKey => secret.GetData().GetValue(dataKey))), value =>
                Assert.DoesNotContain("PRIVATE KEY", Encoding.UTF8.GetString(value.Span), StringComparison.Ordinal));
        }
        catch (MeshException e)
        {
            Assert.Equal("FormatNeedsPrivateKey", e.ErrorId);
            Assert.NotEmpty(key);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Nothing_else_is_taken_for_it(string name, bool universal, bool folder)
    {
        _ = folder;
        AuthorityFormat format = MeshDialects.FindAuthorityFormat(name);
        using AuthorityMaterial authority = Authority(format);
        using MeshObjects written = format.Write(authority, new FormatTarget { IncludePrivateKey = format.HoldsPrivateKey, IsUniversal = universal }, s_now);
        foreach (AuthorityFormat other in MeshDialects.AuthorityFormats.Where(other => other.Name != name))
        {
            // Forms of one mesh may share objects; then they must say the same.
            using AuthorityMaterial? found = other.TryRead(written);
            if (found is { HasPrivateKey: true })
            {
                Assert.Equal(authority.Chain[0].Thumbprint, found.Chain[0].Thumbprint);
            }
        }

        using MeshObjects nothing = new([], []);
        Assert.Null(format.TryRead(nothing));
    }

    /// <summary>A self-signed RSA authority: what every mesh takes. A form of certificates only gets two roots.</summary>
    private static AuthorityMaterial Authority(AuthorityFormat format) => format.HoldsPrivateKey
        ? new AuthorityMaterial("test", s_root.Key.Clone()) { Chain = [s_root.Certificate], Roots = [s_root.Certificate] }
        : new AuthorityMaterial("test", key: null) { Roots = [s_root.Certificate, s_next.Certificate] };

    private static CertificateAuthority Root(string name) =>
        CertificateAuthority.CreateRoot("global/root", new AuthorityOptions { Subject = DistinguishedName.Parse($"CN={name}") }, PrivateKey.Generate(KeyAlgorithm.Rsa2048), TimeProvider.System);

    private static MeshObjects FromManifest(MeshObjects objects) =>
        ObjectReader.Read(ManifestReader.Read(Encoding.UTF8.GetString(ObjectFiles.ToYaml(objects)), "test.yaml"));

    private static MeshObjects FromFolder(MeshObjects objects, string parent)
    {
        string folder = Path.Combine(parent, objects.Secrets[0].Id.Name);
        ObjectFiles.WriteFolder(objects, folder, overwrite: false);
        return ObjectReader.Read(folder);
    }

    private static ImmutableArray<string> Thumbprints(ImmutableArray<CertificateInfo> certificates) => [.. certificates.Select(certificate => certificate.Thumbprint)];
}
