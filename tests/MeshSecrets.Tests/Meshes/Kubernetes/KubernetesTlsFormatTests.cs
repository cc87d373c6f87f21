using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Standards.StandardCases;

namespace MeshSecrets.Tests.Meshes.Kubernetes;

public sealed class KubernetesTlsFormatTests
{
    private static AuthorityFormat Format => MeshDialects.FindAuthorityFormat("KubernetesTls");

    [Fact]
    public void An_intermediate_is_written_with_its_root_apart()
    {
        using AuthorityMaterial authority = Authority([Mesh.Info], [Root.Info]);
        using MeshObjects written = Format.Write(authority, new FormatTarget { IncludePrivateKey = true, Namespace = "istio-system" }, RuleSecrets.Context.Now);
        Secret secret = Assert.Single(written.Secrets);
        Assert.Equal("namespace/istio-system/ca-key-pair", secret.Id.ToString());
        Assert.Equal(SecretType.Tls, secret.Metadata.Type);
        Assert.Equal(["ca.crt", "tls.crt", "tls.key"], secret.GetData().Keys);
        using AuthorityMaterial? read = Format.TryRead(written);
        AssertIs(read, [Mesh], [Root]);
    }

    [Fact]
    public void A_root_at_the_end_of_the_chain_is_taken_for_what_is_trusted()
    {
        using MeshObjects objects = Objects(("tls.crt", Mesh.Pem + Root.Pem), ("tls.key", Mesh.KeyPem));
        using AuthorityMaterial? read = Format.TryRead(objects);
        AssertIs(read, [Mesh], [Root]);
    }

    [Fact]
    public void A_root_alone_is_its_own_trust()
    {
        using MeshObjects objects = Objects(("tls.crt", Root.Pem), ("tls.key", Root.KeyPem));
        using AuthorityMaterial? read = Format.TryRead(objects);
        AssertIs(read, [Root], [Root]);
    }

    [Fact]
    public void A_leaf_is_no_authority()
    {
        using MeshObjects objects = Objects(("tls.crt", Web.Pem + Mesh.Pem), ("tls.key", Web.KeyPem), ("ca.crt", Root.Pem));
        Assert.Null(Format.TryRead(objects));
    }

    [Fact]
    public void What_is_incomplete_mismatched_or_more_than_the_form_holds_is_refused()
    {
        Refused("FormatIncomplete", Objects(("tls.crt", Mesh.Pem), ("tls.key", Mesh.KeyPem)));
        Refused("KeyCertificateMismatch", Objects(("tls.crt", Mesh.Pem), ("tls.key", Web.KeyPem), ("ca.crt", Root.Pem)));
        Refused("FormatCannotCarry", Objects(("tls.crt", Mesh.Pem), ("tls.key", Mesh.KeyPem), ("ca.crt", Root.Pem), ("note", "mine")));
        Refused("FormatAmbiguous", new MeshObjects([Of("a"), Of("b")], []));
        using AuthorityMaterial withCrl = Authority([Mesh.Info], [Root.Info], [CrlForge.Make(Root, RuleSecrets.Context.Now, null)]);
        Fails.With("FormatCannotCarry", () => Format.Write(withCrl, new FormatTarget { IncludePrivateKey = true }, RuleSecrets.Context.Now));
        using AuthorityMaterial rootless = Authority([Mesh.Info], []);
        Fails.With("FormatIncomplete", () => Format.Write(rootless, new FormatTarget { IncludePrivateKey = true }, RuleSecrets.Context.Now));
    }

    private static void Refused(string errorId, MeshObjects objects)
    {
        using (objects)
        {
            Fails.With(errorId, () => Format.TryRead(objects));
        }
    }

    private static void AssertIs(AuthorityMaterial? read, ForgedCertificate[] chain, ForgedCertificate[] roots)
    {
        Assert.NotNull(read);
        Assert.Equal(chain.Select(forged => forged.Info.Thumbprint), read.Chain.Select(certificate => certificate.Thumbprint));
        Assert.Equal(roots.Select(forged => forged.Info.Thumbprint), read.Roots.Select(certificate => certificate.Thumbprint));
        Assert.True(read.HasPrivateKey);
    }

    private static AuthorityMaterial Authority(ImmutableArray<CertificateInfo> chain, ImmutableArray<CertificateInfo> roots, ImmutableArray<ReadOnlyMemory<byte>>? crls = null) =>
        new("test", PrivateKeyReader.Read(System.Text.Encoding.ASCII.GetBytes(Mesh.KeyPem), "test")) { Chain = chain, Roots = roots, Crls = crls ?? [] };

    private static MeshObjects Objects(params (string Key, string Value)[] values) =>
        new([RuleSecrets.Secret("ca", null, "shop", SecretType.Tls, values)], []);

    private static Secret Of(string name) =>
        RuleSecrets.Secret(name, null, "shop", SecretType.Tls, ("tls.crt", Root.Pem), ("tls.key", Root.KeyPem));
}
