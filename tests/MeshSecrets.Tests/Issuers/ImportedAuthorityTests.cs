using System.Collections.Immutable;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Issuers;

/// <summary>An authority that openssl made is taken over and used.</summary>
public sealed class ImportedAuthorityTests
{
    private static readonly MaterialReadOptions s_password = new() { Password = "correct horse".AsMemory() };

    [Theory]
    [InlineData("rsa:2048", "pkcs8 -topk8 -in mesh.key -v2 aes-256-cbc -passout file:pass -out used.key")]
    [InlineData("rsa:2048", "rsa -in mesh.key -traditional -out used.key")]
    [InlineData("rsa:2048", "pkey -in mesh.key -outform DER -out used.key")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:P-384", "ec -in mesh.key -out used.key")]
    public void Of_openssl_is_imported_and_its_certificates_are_verified_by_openssl(string kind, string convert)
    {
        using PeerTool openssl = Make(kind);
        openssl.Run(convert);
        using TlsKeyMaterial material = Read(openssl, "mesh.pem", "used.key", "root.pem");
        using CertificateAuthority mesh = CertificateAuthority.Import("global/mesh", material, IssuancePolicy.Unrestricted, TimeProvider.System);
        using Secret secret = AuthoritySecret.Create(new SecretId("mesh"), mesh, ImmutableSortedDictionary<string, string>.Empty, issuer: null);
        using CertificateAuthority restored = AuthoritySecret.Read(secret, TimeProvider.System);
        using AuthorityFixture fixture = new();
        IssuedCertificate issued = restored.Issue(fixture.Order(SubjectAlternativeNames.Create(["web.example"]), CertificateProfile.Server, validFor: TimeSpan.FromHours(1)));

        openssl.Write("leaf.pem", PemWriter.EncodeCertificates([issued.Certificate.Encoded]));
        openssl.Write("chain.pem", PemWriter.EncodeCertificates([.. issued.Intermediates.Select(certificate => certificate.Encoded)]));
        Assert.Contains("leaf.pem: OK", openssl.Run("verify -x509_strict -CAfile root.pem -untrusted chain.pem -purpose sslserver -verify_hostname web.example leaf.pem"), StringComparison.Ordinal);
        Assert.False(restored.IsRoot);
        Fails.With("PathLengthExceeded", () => fixture.Below(restored));
    }

    [Fact]
    public void A_root_is_imported_as_one()
    {
        using PeerTool openssl = Make("rsa:2048");
        using TlsKeyMaterial material = Read(openssl, "root.pem", "root.key", authorities: null);
        using CertificateAuthority root = CertificateAuthority.Import("global/root", material, IssuancePolicy.Unrestricted, TimeProvider.System);
        Assert.True(root.IsRoot);
        Assert.Equal("CN=Root,O=Peer", root.Root.Subject.ToString());
    }

    [Fact]
    public void What_cannot_issue_is_refused_by_name()
    {
        using PeerTool openssl = Make("rsa:2048");
        using TlsKeyMaterial alone = Read(openssl, "mesh.pem", "mesh.key", authorities: null);
        Fails.With("AuthorityChainInvalid", () => Import(alone));
        openssl.Run("req -x509 -nodes -newkey rsa:2048 -keyout other.key -out other.pem -subj /O=Peer/CN=Root -days 7");
        Fails.With("ChainNotVerified", () => Read(openssl, "mesh.pem", "mesh.key", "other.pem"));
        openssl.Run("req -new -nodes -newkey rsa:2048 -keyout leaf.key -out leaf.req -subj /CN=leaf");
        openssl.Run("x509 -req -in leaf.req -CA root.pem -CAkey root.key -CAcreateserial -days 7 -out leaf.pem");
        using TlsKeyMaterial leaf = Read(openssl, "leaf.pem", "leaf.key", "root.pem");
        Fails.With("AuthorityInvalid", () => Import(leaf));
        openssl.Write("usage.cnf", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature\n"u8);
        openssl.Run("x509 -req -in leaf.req -CA root.pem -CAkey root.key -CAcreateserial -days 7 -extfile usage.cnf -out usage.pem");
        using TlsKeyMaterial usage = Read(openssl, "usage.pem", "leaf.key", "root.pem");
        Assert.Contains("keyCertSign", Fails.With("AuthorityInvalid", () => Import(usage)).Message, StringComparison.Ordinal);
        Fails.With("KeyCertificateMismatch", () => Read(openssl, "mesh.pem", "leaf.key", "root.pem"));
        Fails.With("AuthorityInvalid", () => CertificateAuthority.Import("global/mesh", alone.Chain[0], leaf.Key, [], IssuancePolicy.Unrestricted, TimeProvider.System));
    }

    [Fact]
    public void A_policy_is_kept_with_the_authority()
    {
        using AuthorityFixture fixture = new();
        IssuancePolicy policy = new() { AllowedDnsNames = ["*.shop.example"], AllowedIpAddresses = ["10.0.0.0/8"], LongestLife = TimeSpan.FromHours(36), AllowedKeyAlgorithms = [MeshSecrets.Certificates.Keys.KeyAlgorithm.P256] };
        using Secret secret = AuthoritySecret.Create(new SecretId("mesh"), fixture.Root(policy), ImmutableSortedDictionary<string, string>.Empty, issuer: null);
        IssuancePolicy read = AuthoritySecret.ReadPolicy(secret.Metadata);
        Assert.Equal((policy.LongestLife, "*.shop.example", "10.0.0.0/8"), (read.LongestLife, read.AllowedDnsNames.Single(), read.AllowedIpAddresses.Single()));
        Assert.Equal(policy.AllowedKeyAlgorithms, read.AllowedKeyAlgorithms);
        Assert.Empty(read.AllowedUriPrefixes);
        foreach (string broken in (string[])["{", "null", "{\"allowedDnsNames\":[],\"unknown\":1}"])
        {
            SecretMetadata metadata = secret.Metadata with { Annotations = secret.Metadata.Annotations.SetItem("meshsecrets.io/policy", broken) };
            Fails.With("AuthorityInvalid", () => AuthoritySecret.ReadPolicy(metadata));
        }

        Fails.With("AuthorityInvalid", () => AuthoritySecret.Read(new Secret(secret.Metadata with { Type = SecretType.Tls }, secret.GetData()), TimeProvider.System));
    }

    private static object Import(TlsKeyMaterial material) => CertificateAuthority.Import("global/mesh", material, IssuancePolicy.Unrestricted, TimeProvider.System);

    private static TlsKeyMaterial Read(PeerTool tool, string certificate, string key, string? authorities) => TlsKeyMaterial.Read(
        new SourceContent(tool.Read(certificate), certificate),
        new SourceContent(tool.Read(key), key),
        authorities is null ? null : new SourceContent(tool.Read(authorities), authorities),
        s_password);

    private static PeerTool Make(string kind)
    {
        PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("pass", "correct horse\n"u8);
        openssl.Write("ca.cnf", "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"u8);
        openssl.Run("req -x509 -nodes -newkey rsa:2048 -keyout root.key -out root.pem -subj /O=Peer/CN=Root -days 7 -addext keyUsage=critical,keyCertSign,cRLSign");
        openssl.Run($"req -new -nodes -newkey {kind} -keyout mesh.key -out mesh.req -subj /O=Peer/CN=Mesh");
        openssl.Run("x509 -req -in mesh.req -CA root.pem -CAkey root.key -CAcreateserial -days 7 -extfile ca.cnf -out mesh.pem");
        return openssl;
    }
}
