using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Saving;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Meshes.Saving;

/// <summary>What is saved is read back: whoever deletes that finds out here, not on the day of the restore.</summary>
public sealed class SavedAuthorityTests : IDisposable
{
    private const string Password = "correct horse";
    private static readonly ForgedCertificate s_own = CertificateForge.Root("CN=own");
    private static readonly ForgedCertificate s_other = CertificateForge.Root("CN=other", recipe => recipe.Key = ForgedKey.Ec("other"));

    private readonly StoreFixture _store = new();

    private string Folder => Path.Combine(_store.Root, "safe");

    public void Dispose() => _store.Dispose();

    [Fact]
    public void What_the_disk_keeps_is_saved()
    {
        using AuthorityMaterial own = Material(s_own);
        SavedAuthority.WriteFolder(own, Folder, overwrite: false);
        SavedAuthority.WritePkcs12(own, Folder + ".p12", Password.AsMemory(), overwrite: false);
        Assert.Equal(s_own.Pem, File.ReadAllText(Path.Combine(Folder, "tls.crt")));
    }

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("tls.key")]
    [InlineData("ca.crt")]
    public void A_file_that_the_disk_changed_is_told_by_its_path(string name)
    {
        using AuthorityMaterial own = Material(s_own);
        MeshException error = Fails.With("SavedCaDiffers", () => Save(own, (path, content) => Path.GetFileName(path) == name ? [.. content, (byte)'\n'] : content));
        Assert.Equal(Path.Combine(Folder, name), error.Target);
        Assert.Contains("does not hold what was written", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls.crt", "SavedCaDiffers")]
    [InlineData("tls.key", "KeyCertificateMismatch")]
    public void A_file_of_another_authority_in_its_place_is_found_out(string name, string errorId)
    {
        using AuthorityMaterial own = Material(s_own);
        int reads = 0;
        Fails.With(errorId, () => Save(own, (path, content) => Path.GetFileName(path) == name && ++reads > 1 ? Encoding.UTF8.GetBytes(name == "tls.crt" ? s_other.Pem : s_other.KeyPem) : content));
    }

    [Fact]
    public void A_PKCS12_with_other_certificates_is_found_out()
    {
        ForgedCertificate renewed = CertificateForge.Root("CN=own", recipe => recipe.Serial = [0x77]);
        using AuthorityMaterial own = Material(s_own);
        using AuthorityMaterial other = Material(renewed);
        SavedAuthority.WritePkcs12(other, Folder + ".other", Password.AsMemory(), overwrite: false);
        Fails.With("SavedCaDiffers", () =>
        {
            SavedAuthority.WritePkcs12(own, Folder + ".p12", Password.AsMemory(), overwrite: false, _ => File.ReadAllBytes(Folder + ".other"));
            return null;
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_answers_with_another_authority_is_found_out(bool answersWell)
    {
        await using EmbeddedStore store = await _store.OpenAsync();
        using AuthorityMaterial own = Material(s_own);
        using Secret secret = Stored(own);
        using AuthorityMaterial renewed = Material(CertificateForge.Root("CN=own", recipe => recipe.Serial = [0x77]));
        using Secret other = Stored(renewed);
        SecretWrite write = new(secret, WriteMode.Create);
        if (answersWell)
        {
            await SavedAuthority.WriteStoreAsync(own, store, write, StoreFixture.Cancel);
            using Secret? kept = await store.GetAsync(secret.Id, StoreFixture.Cancel);
            Assert.True(secret.GetData().ContentEquals(kept!.GetData()));
            return;
        }

        MeshException error = await Assert.ThrowsAsync<MeshException>(() => SavedAuthority.WriteStoreAsync(own, new ForgetfulStore(store, other), write, StoreFixture.Cancel));
        Assert.Equal("SavedCaDiffers", error.ErrorId);
    }

    private static AuthorityMaterial Material(ForgedCertificate root) => new(root.Info.ToString(), root.Key.ToPrivateKey()) { Chain = [root.Info], Roots = [root.Info] };

    private static Secret Stored(AuthorityMaterial material)
    {
        using TlsKeyMaterial key = StoredAuthority.ToMaterial(material);
        using CertificateAuthority authority = CertificateAuthority.Import("global/own", key, IssuancePolicy.Unrestricted, TimeProvider.System);
        return AuthoritySecret.Create(new SecretId("own"), authority, ImmutableSortedDictionary<string, string>.Empty, issuer: null);
    }

    private object? Save(AuthorityMaterial authority, Func<string, byte[], byte[]> change)
    {
        SavedAuthority.WriteFolder(authority, Folder, overwrite: false, path => change(path, File.ReadAllBytes(path)));
        return null;
    }

    /// <summary>Takes what it is given, and answers with something else.</summary>
    private sealed class ForgetfulStore(ISecretStore store, Secret answer) : ISecretStore
    {
        public string Kind => store.Kind;

        public string Location => store.Location;

        public Task<Secret?> GetAsync(SecretId id, CancellationToken cancellationToken) => Task.FromResult<Secret?>(answer);

        public IAsyncEnumerable<SecretMetadata> ListAsync(SecretQuery query, CancellationToken cancellationToken) => store.ListAsync(query, cancellationToken);

        public Task<SecretMetadata> PutAsync(SecretWrite write, CancellationToken cancellationToken) => store.PutAsync(write, cancellationToken);

        public Task DeleteAsync(SecretId id, string? resourceVersion, CancellationToken cancellationToken) => store.DeleteAsync(id, resourceVersion, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
