using System.Text;
using System.Text.Json;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Meshes.Kuma;

public sealed class KumaAuthorityFormatTests : IDisposable
{
    private static readonly FormatTarget s_universal = new() { IsUniversal = true };

    private readonly KumaFixture _kuma = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Provided_authority_comes_back_whole(bool universal)
    {
        AuthorityMaterial authority = _kuma.Intermediate(_kuma.NextRoot);
        MeshObjects written = _kuma.Write("KumaProvided", authority, new FormatTarget { IsUniversal = universal });
        string yaml = KumaFixture.Yaml(written);
        Assert.Equal(universal, yaml.Contains("type: Secret", StringComparison.Ordinal));
        AuthorityMaterial read = _kuma.TryRead("KumaProvided", _kuma.Read(yaml))!;
        Assert.Equal(authority.Chain.Select(c => c.Thumbprint), read.Chain.Select(c => c.Thumbprint));
        Assert.Equal(authority.Roots.Select(c => c.Thumbprint), read.Roots.Select(c => c.Thumbprint));
        Assert.Equal(authority.GetKey()!.ExportPkcs8(), read.GetKey()!.ExportPkcs8());
    }

    [Fact]
    public void Provided_names_come_from_the_target_or_the_authority()
    {
        Assert.Equal(
            ["mesh/default/shop-ca-cert", "mesh/default/shop-ca-key"],
            _kuma.Write("KumaProvided", _kuma.Intermediate(), s_universal).Secrets.Select(secret => secret.Id.ToString()));
        FormatTarget target = new() { Name = "ca-2", Mesh = "m2", Namespace = "kong-mesh-system" };
        Assert.Equal(
            ["namespace/kong-mesh-system/mesh/m2/ca-2-cert", "namespace/kong-mesh-system/mesh/m2/ca-2-key"],
            _kuma.Write("KumaProvided", _kuma.Intermediate(), target).Secrets.Select(secret => secret.Id.ToString()));
    }

    [Fact]
    public void Mesh_resource_says_which_secrets_belong_together()
    {
        MeshObjects written = _kuma.Write("KumaProvided", _kuma.RootAlone(), s_universal with { Name = "x" });
        string yaml = KumaFixture.Yaml(written).Replace("x-cert", "my-certificate", StringComparison.Ordinal).Replace("x-key", "private", StringComparison.Ordinal);
        Assert.Null(_kuma.TryRead("KumaProvided", _kuma.Read(yaml)));

        const string Mesh = "---\ntype: Mesh\nname: default\nmtls:\n  backends:\n  - name: ca-1\n    type: provided\n    conf:\n      cert:\n        secret: my-certificate\n      key:\n        secret: private\n";
        Assert.Equal(_kuma.Root.Certificate.Thumbprint, _kuma.TryRead("KumaProvided", _kuma.Read(yaml + Mesh))!.Chain[0].Thumbprint);
        Fails.With("FormatIncomplete", () => _kuma.TryRead("KumaProvided", _kuma.Read(yaml + Mesh.Replace("secret: private", "secret: other", StringComparison.Ordinal))));
    }

    [Fact]
    public void Several_provided_authorities_are_not_chosen_among()
    {
        string both = KumaFixture.Yaml(_kuma.Write("KumaProvided", _kuma.RootAlone(), s_universal with { Name = "a" }))
            + KumaFixture.Yaml(_kuma.Write("KumaProvided", _kuma.Intermediate(), s_universal with { Name = "b" }));
        Fails.With("FormatAmbiguous", () => _kuma.TryRead("KumaProvided", _kuma.Read(both)));
    }

    [Fact]
    public void Key_of_another_authority_is_refused()
    {
        string one = KumaFixture.Yaml(_kuma.Write("KumaProvided", _kuma.RootAlone(), s_universal with { Name = "a" }));
        string two = KumaFixture.Yaml(_kuma.Write("KumaProvided", _kuma.Intermediate(), s_universal with { Name = "a" }));
        string mixed = one[..one.LastIndexOf("---", StringComparison.Ordinal)] + two[two.LastIndexOf("---", StringComparison.Ordinal)..];
        MeshException mismatch = Fails.With("KeyCertificateMismatch", () => _kuma.TryRead("KumaProvided", _kuma.Read(mixed)));
        Assert.Contains("a-key", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("a-cert", mismatch.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Builtin_root_has_the_names_and_key_form_that_Kuma_gives_it()
    {
        MeshObjects written = _kuma.Write("KumaBuiltin", _kuma.RootAlone(), new FormatTarget { Mesh = "shop" });
        Assert.Equal(
            ["namespace/kuma-system/mesh/shop/shop.ca-builtin-cert-ca-1", "namespace/kuma-system/mesh/shop/shop.ca-builtin-key-ca-1"],
            written.Secrets.Select(secret => secret.Id.ToString()));
        Assert.StartsWith("-----BEGIN EC PRIVATE KEY", Text(written.Secrets[1]), StringComparison.Ordinal);
        AuthorityMaterial read = _kuma.TryRead("KumaBuiltin", _kuma.Read(KumaFixture.Yaml(written)))!;
        Assert.Equal(_kuma.Root.Certificate.Thumbprint, Assert.Single(read.Chain).Thumbprint);
        Assert.Equal(_kuma.Root.Certificate.Thumbprint, Assert.Single(read.Roots).Thumbprint);
        Assert.Null(_kuma.TryRead("KumaProvided", _kuma.Read(KumaFixture.Yaml(written))));
        string certificateOnly = KumaFixture.Yaml(written)[..KumaFixture.Yaml(written).LastIndexOf("---", StringComparison.Ordinal)];
        Fails.With("FormatIncomplete", () => _kuma.TryRead("KumaBuiltin", _kuma.Read(certificateOnly)));
    }

    [Fact]
    public void Root_of_0_4_is_the_JSON_that_Kuma_wrote()
    {
        MeshObjects written = _kuma.Write("Kuma04Builtin", _kuma.RootAlone(), s_universal with { Mesh = "shop" });
        Secret secret = Assert.Single(written.Secrets);
        Assert.Equal("mesh/shop/builtinca.shop", secret.Id.ToString());
        using JsonDocument json = JsonDocument.Parse(secret.GetData().GetValue("value"));
        JsonElement root = Assert.Single(json.RootElement.GetProperty("roots").EnumerateArray().ToList());
        Assert.Equal(["cert", "key"], root.EnumerateObject().Select(property => property.Name));
        Assert.StartsWith("-----BEGIN CERTIFICATE", Encoding.ASCII.GetString(root.GetProperty("cert").GetBytesFromBase64()), StringComparison.Ordinal);

        AuthorityMaterial read = _kuma.TryRead("Kuma04Builtin", _kuma.Read(KumaFixture.Yaml(written)))!;
        Assert.Equal(_kuma.Root.Certificate.Thumbprint, Assert.Single(read.Roots).Thumbprint);
        Assert.Equal(_kuma.Root.Key.ExportPkcs8(), read.GetKey()!.ExportPkcs8());
    }

    [Theory]
    [InlineData("{", "FormatIncomplete")]
    [InlineData("""{"roots":[]}""", "FormatIncomplete")]
    [InlineData("""{"roots":[{"cert":"!","key":""}]}""", "FormatIncomplete")]
    [InlineData("""{"roots":[{"cert":1,"key":""}]}""", "FormatIncomplete")]
    [InlineData("""{"roots":[{"cert":"","key":""},{"cert":"","key":""}]}""", "FormatCannotCarry")]
    public void Broken_root_of_0_4_is_refused(string json, string errorId)
    {
        SecretData data = new SecretData().Set("value", Encoding.UTF8.GetBytes(json));
        MeshObjects objects = _kuma.Own(new MeshObjects([new Secret(new SecretMetadata { Id = new SecretId("builtinca.default", "default"), Type = "system.kuma.io/secret" }, data)], []));
        Fails.With(errorId, () => _kuma.TryRead("Kuma04Builtin", objects));
    }

    [Theory]
    [InlineData("KumaBuiltin")]
    [InlineData("Kuma04Builtin")]
    public void Forms_of_Kumas_own_root_take_a_root_alone(string format)
    {
        Fails.With("FormatCannotCarry", () => _kuma.Write(format, _kuma.Intermediate(), s_universal));
        AuthorityMaterial two = _kuma.Own(new AuthorityMaterial("x", _kuma.Root.Key.Clone()) { Chain = [_kuma.Root.Certificate], Roots = [_kuma.Root.Certificate, _kuma.NextRoot.Certificate] });
        Fails.With("FormatCannotCarry", () => _kuma.Write(format, two, s_universal));
    }

    [Theory]
    [InlineData("KumaProvided")]
    [InlineData("KumaBuiltin")]
    [InlineData("Kuma04Builtin")]
    public void Key_is_written_on_demand_only(string format)
    {
        Fails.With("FormatNeedsPrivateKey", () => MeshSecrets.Meshes.MeshDialects.FindAuthorityFormat(format).Write(_kuma.RootAlone(), s_universal, _kuma.Now));
        AuthorityMaterial revoked = _kuma.Own(new AuthorityMaterial("x", _kuma.Root.Key.Clone()) { Chain = [_kuma.Root.Certificate], Roots = [_kuma.Root.Certificate], Crls = [new byte[] { 1 }] });
        Fails.With("FormatCannotCarry", () => _kuma.Write(format, revoked, s_universal));
        AuthorityMaterial rootsOnly = _kuma.Own(new AuthorityMaterial("x", key: null) { Roots = [_kuma.Root.Certificate] });
        Fails.With("FormatIncomplete", () => _kuma.Write(format, rootsOnly, s_universal));
    }

    public void Dispose() => _kuma.Dispose();

    private static string Text(Secret secret) => Encoding.ASCII.GetString(secret.GetData().GetValue("value").Span);
}
