using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Meshes.Istio;

public sealed class IstioFormatTests : IDisposable
{
    private readonly IstioFixture _istio = new();

    public void Dispose() => _istio.Dispose();

    [Theory]
    [InlineData("IstioCacerts")]
    [InlineData("IstioCacertsTls")]
    public void An_authority_survives_with_all_roots_in_their_order(string format)
    {
        AuthorityMaterial authority = _istio.ClusterMaterial(_istio.NextRoot);
        AuthorityMaterial again = _istio.RoundTrip(format, authority);
        AssertSame(authority, again);
        Assert.Equal("namespace/istio-system/cacerts", again.Source);
    }

    [Fact]
    public void Cacerts_has_the_files_of_the_guide_and_no_root_in_the_chain()
    {
        using MeshObjects objects = IstioFixture.Format("IstioCacerts").Write(_istio.ClusterMaterial(_istio.NextRoot), IstioFixture.WithKey, _istio.Now);
        Secret cacerts = Assert.Single(objects.Secrets);
        Assert.Equal("namespace/istio-system/cacerts (Opaque)", cacerts.ToString());
        Assert.Equal(["ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem"], cacerts.GetData().Keys);
        Assert.Equal(IstioFixture.Pem(_istio.Cluster), IstioFixture.Text(cacerts, "ca-cert.pem"));
        Assert.Equal(IstioFixture.Pem(_istio.Cluster), IstioFixture.Text(cacerts, "cert-chain.pem"));
        Assert.Equal(IstioFixture.Pem(_istio.Root, _istio.NextRoot), IstioFixture.Text(cacerts, "root-cert.pem"));
        Assert.Equal(["PrivateKey"], IstioFixture.Labels(cacerts, "ca-key.pem"));
    }

    [Fact]
    public void A_chain_with_the_root_in_it_as_the_sample_tool_writes_it_is_read_as_the_same_authority()
    {
        Secret secret = Cacerts(chain: IstioFixture.Pem(_istio.Cluster, _istio.Root));
        AssertSame(_istio.ClusterMaterial(), Read("IstioCacerts", secret));
    }

    [Theory]
    [InlineData(PrivateKeyFormat.Pkcs8)]
    [InlineData(PrivateKeyFormat.Traditional)]
    public void Keys_are_read_in_each_form_that_istiod_takes(PrivateKeyFormat form)
    {
        Secret secret = Cacerts(key: IstioFixture.KeyPem(_istio.Cluster, form));
        AssertSame(_istio.ClusterMaterial(), Read("IstioCacerts", secret));
    }

    [Fact]
    public void A_root_may_have_an_empty_chain()
    {
        Secret secret = _istio.Secret("cacerts", "Opaque", ("ca-cert.pem", IstioFixture.Pem(_istio.Root)), ("ca-key.pem", IstioFixture.KeyPem(_istio.Root)), ("root-cert.pem", IstioFixture.Pem(_istio.Root)), ("cert-chain.pem", ""));
        AssertSame(_istio.RootMaterial(), Read("IstioCacerts", secret));
    }

    [Fact]
    public void With_tls_crt_beside_it_the_other_layout_wins_and_what_istiod_would_ignore_is_refused()
    {
        Secret secret = Cacerts();
        secret.GetData().Set("tls.crt", secret.GetData().GetValue("ca-cert.pem").Span);
        Assert.Null(IstioFixture.Format("IstioCacerts").TryRead(Objects(secret)));
        MeshException error = Fails.With("FormatCannotCarry", () => IstioFixture.Format("IstioCacertsTls").TryRead(Objects(secret)));
        Assert.Contains("'ca-cert.pem'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IstioCacertsTls")]
    [InlineData("IstioCaSecret")]
    [InlineData("IstioCaRootCert")]
    public void A_revocation_list_is_refused_where_istiod_reads_none(string format)
    {
        AuthorityMaterial plain = _istio.RootMaterial();
        using AuthorityMaterial authority = new("root", plain.GetKey()!.Clone()) { Chain = plain.Chain, Roots = plain.Roots, Crls = [new byte[] { 0x30, 0 }] };
        Fails.With("FormatCannotCarry", () => IstioFixture.Format(format).Write(authority, IstioFixture.WithKey, _istio.Now));
    }

    [Fact]
    public void Revocation_lists_survive_and_nothing_else_passes_for_one()
    {
        ForgedCertificate issuer = CertificateForge.Root();
        byte[] crl = CrlForge.Make(issuer, CertificateRecipe.Now, CertificateRecipe.Now.AddDays(7));
        Secret secret = Cacerts();
        secret.GetData().Set("ca-crl.pem", System.Text.Encoding.ASCII.GetBytes(CrlForge.Pem(crl) + CrlForge.Pem(crl)));
        AuthorityMaterial again = _istio.RoundTrip("IstioCacerts", Read("IstioCacerts", secret));
        Assert.Equal(2, again.Crls.Length);
        Assert.Equal(crl, again.Crls[1]);

        secret.GetData().Set("ca-crl.pem", System.Text.Encoding.ASCII.GetBytes(CrlForge.Pem(crl) + issuer.Pem));
        Fails.With("FormatIncomplete", () => Read("IstioCacerts", secret));
    }

    [Fact]
    public void Missing_and_unknown_data_keys_are_named()
    {
        Secret partial = _istio.Secret("cacerts", "Opaque", ("ca-cert.pem", IstioFixture.Pem(_istio.Cluster)), ("ca-key.pem", IstioFixture.KeyPem(_istio.Cluster)));
        MeshException error = Fails.With("FormatIncomplete", () => Read("IstioCacerts", partial));
        Assert.Contains("root-cert.pem and cert-chain.pem", error.Message, StringComparison.Ordinal);

        Secret foreign = Cacerts();
        foreign.GetData().Set("notes", "x"u8);
        Assert.Contains("'notes'", Fails.With("FormatCannotCarry", () => Read("IstioCacerts", foreign)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_is_refused() =>
        Fails.With("KeyCertificateMismatch", () => Read("IstioCacerts", Cacerts(key: IstioFixture.KeyPem(_istio.Root))));

    [Fact]
    public void Two_of_them_are_refused() =>
        Fails.With("FormatAmbiguous", () => IstioFixture.Format("IstioCacerts").TryRead(Objects(Cacerts(), Cacerts())));

    [Theory]
    [InlineData("IstioCacerts")]
    [InlineData("IstioCacertsTls")]
    [InlineData("IstioCaSecret")]
    public void The_key_leaves_only_on_demand(string format) =>
        Fails.With("FormatNeedsPrivateKey", () => IstioFixture.Format(format).Write(_istio.RootMaterial(), FormatTarget.Default, _istio.Now));

    [Fact]
    public void Istiods_own_root_is_written_as_istiod_writes_it()
    {
        using MeshObjects objects = IstioFixture.Format("IstioCaSecret").Write(_istio.RootMaterial(), IstioFixture.WithKey, _istio.Now);
        Secret secret = Assert.Single(objects.Secrets);
        Assert.Equal("namespace/istio-system/istio-ca-secret (istio.io/ca-root)", secret.ToString());
        Assert.Equal(["ca-cert.pem", "ca-key.pem", "cert-chain.pem", "key.pem", "root-cert.pem"], secret.GetData().Keys);
        Assert.Equal("", IstioFixture.Text(secret, "cert-chain.pem") + IstioFixture.Text(secret, "key.pem"));
        Assert.Equal(["EcPrivateKey"], IstioFixture.Labels(secret, "ca-key.pem"));
        AssertSame(_istio.RootMaterial(), _istio.RoundTrip("IstioCaSecret", _istio.RootMaterial()));
    }

    [Fact]
    public void As_cacerts_it_bears_the_mark_and_is_no_plugged_in_authority()
    {
        FormatTarget target = IstioFixture.WithKey with { Name = "cacerts" };
        using MeshObjects objects = IstioFixture.Format("IstioCaSecret").Write(_istio.RootMaterial(), target, _istio.Now);
        Assert.Contains("istio-generated", objects.Secrets[0].GetData().Keys);
        Assert.Null(IstioFixture.Format("IstioCacerts").TryRead(objects));
        AssertSame(_istio.RootMaterial(), _istio.Own(IstioFixture.Format("IstioCaSecret").TryRead(objects)!));
    }

    [Fact]
    public void Istiods_own_root_carries_no_intermediate_and_no_second_root()
    {
        Fails.With("FormatCannotCarry", () => IstioFixture.Format("IstioCaSecret").Write(_istio.ClusterMaterial(), IstioFixture.WithKey, _istio.Now));
        AuthorityMaterial root = _istio.RootMaterial();
        using AuthorityMaterial both = new("root", root.GetKey()!.Clone()) { Chain = root.Chain, Roots = [.. root.Roots, _istio.NextRoot.Certificate] };
        Fails.With("FormatCannotCarry", () => IstioFixture.Format("IstioCaSecret").Write(both, IstioFixture.WithKey, _istio.Now));
    }

    [Fact]
    public void What_workloads_trust_is_a_config_map_without_key()
    {
        AuthorityMaterial again = _istio.RoundTrip("IstioCaRootCert", _istio.ClusterMaterial(_istio.NextRoot));
        Assert.False(again.HasPrivateKey);
        Assert.Empty(again.Chain);
        Assert.Equal([_istio.Root.Certificate.Thumbprint, _istio.NextRoot.Certificate.Thumbprint], again.Roots.Select(root => root.Thumbprint));
        using MeshObjects objects = IstioFixture.Format("IstioCaRootCert").Write(_istio.ClusterMaterial(), FormatTarget.Default, _istio.Now);
        Manifest map = Assert.Single(objects.Manifests);
        Assert.Equal("ConfigMap istio-system/istio-ca-root-cert", map.ToString());
        Assert.Equal("true", map.Labels["istio.io/config"]);
    }

    [Fact]
    public void Copies_of_several_namespaces_are_one_unless_they_differ()
    {
        Manifest Copy(string ns, AuthorityMaterial authority) =>
            IstioFixture.Format("IstioCaRootCert").Write(authority, new FormatTarget { Namespace = ns }, _istio.Now).Manifests[0];
        AuthorityFormat format = IstioFixture.Format("IstioCaRootCert");
        using AuthorityMaterial? same = format.TryRead(new MeshObjects([], [Copy("a", _istio.ClusterMaterial()), Copy("b", _istio.ClusterMaterial())]));
        Assert.Equal(_istio.Root.Certificate.Thumbprint, Assert.Single(same!.Roots).Thumbprint);
        Fails.With("FormatAmbiguous", () => format.TryRead(new MeshObjects([], [Copy("a", _istio.ClusterMaterial()), Copy("b", _istio.ClusterMaterial(_istio.NextRoot))])));
    }

    [Fact]
    public void Other_secrets_and_config_maps_are_none()
    {
        Secret tls = _istio.Secret("shop-tls", "kubernetes.io/tls", ("tls.crt", IstioFixture.Pem(_istio.Cluster)), ("tls.key", IstioFixture.KeyPem(_istio.Cluster)));
        MeshObjects objects = new([tls], [Manifest.Create("v1", "ConfigMap", "settings", "shop")]);
        Assert.All(["IstioCacerts", "IstioCacertsTls", "IstioCaSecret", "IstioCaRootCert"], name => Assert.Null(IstioFixture.Format(name).TryRead(objects)));
    }

    private static void AssertSame(AuthorityMaterial expected, AuthorityMaterial actual)
    {
        Assert.Equal(expected.Chain.Select(certificate => certificate.Thumbprint), actual.Chain.Select(certificate => certificate.Thumbprint));
        Assert.Equal(expected.Roots.Select(root => root.Thumbprint), actual.Roots.Select(root => root.Thumbprint));
        Assert.Equal(expected.GetKey()!.SubjectPublicKeyInfo, actual.GetKey()!.SubjectPublicKeyInfo);
    }

    private Secret Cacerts(string? chain = null, string? key = null) => _istio.Secret(
        "cacerts",
        "Opaque",
        ("ca-cert.pem", IstioFixture.Pem(_istio.Cluster)),
        ("ca-key.pem", key ?? IstioFixture.KeyPem(_istio.Cluster)),
        ("root-cert.pem", IstioFixture.Pem(_istio.Root)),
        ("cert-chain.pem", chain ?? IstioFixture.Pem(_istio.Cluster)));

    private AuthorityMaterial Read(string format, Secret secret) => _istio.Own(IstioFixture.Format(format).TryRead(Objects(secret))!);

    private static MeshObjects Objects(params Secret[] secrets) => new([.. secrets], []);
}
