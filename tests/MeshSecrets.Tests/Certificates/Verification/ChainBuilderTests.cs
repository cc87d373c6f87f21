using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Verification;
using static MeshSecrets.Tests.Certificates.Verification.ForeignCertificates;

namespace MeshSecrets.Tests.Certificates.Verification;

public sealed class ChainBuilderTests : IDisposable
{
    private readonly ECDsa _rootKey = Key();
    private readonly ECDsa _otherKey = Key();
    private readonly ECDsa _meshKey = Key();
    private readonly ECDsa _leafKey = Key();

    public void Dispose()
    {
        foreach (ECDsa key in (ECDsa[])[_rootKey, _otherKey, _meshKey, _leafKey])
        {
            key.Dispose();
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Of_two_roots_with_one_name_and_serial_number_the_one_that_signed_is_found(bool identifiers, bool reversed)
    {
        CertificateInfo first = Make("CN=default", _rootKey, "CN=default", _rootKey, serial: 0, identifiers: identifiers);
        CertificateInfo second = Make("CN=default", _otherKey, "CN=default", _otherKey, serial: 0, identifiers: identifiers);
        Assert.Equal("00", first.SerialNumber);
        CertificateInfo[] roots = reversed ? [second, first] : [first, second];
        foreach ((ECDsa key, CertificateInfo root) in new[] { (_rootKey, first), (_otherKey, second) })
        {
            CertificateInfo leaf = Make("CN=web", _leafKey, "CN=default", key, isCa: false, identifiers: identifiers);
            Assert.Equal([leaf, root], Build(leaf, [], roots).Path);
        }
    }

    [Fact]
    public void A_key_identifier_that_names_another_is_a_hint_and_no_more()
    {
        CertificateInfo root = Make("CN=R", _rootKey, "CN=R", _rootKey, identifiers: true);
        CertificateInfo other = Make("CN=R", _otherKey, "CN=R", _otherKey, identifiers: true);
        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=R", _rootKey, isCa: false, authorityKeyIdentifier: other.SubjectKeyIdentifier.ToArray());
        Assert.Equal([leaf, root], Build(leaf, [], [other, root]).Path);
    }

    [Fact]
    public void A_cross_signed_root_leads_to_either_anchor()
    {
        CertificateInfo oldRoot = Make("CN=Old", _otherKey, "CN=Old", _otherKey);
        CertificateInfo newRoot = Make("CN=New", _rootKey, "CN=New", _rootKey);
        CertificateInfo cross = Make("CN=New", _rootKey, "CN=Old", _otherKey, serial: 2);
        CertificateInfo mesh = Make("CN=Mesh", _meshKey, "CN=New", _rootKey);
        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=Mesh", _meshKey, isCa: false);
        Assert.Equal([leaf, mesh, newRoot], Build(leaf, [cross, mesh], [newRoot]).Path);
        Assert.Equal([leaf, mesh, cross, oldRoot], Build(leaf, [mesh, cross], [oldRoot]).Path);
        Assert.Equal([leaf, mesh, cross, oldRoot], Build(leaf, [newRoot, mesh, cross], [oldRoot]).Path);
        CertificateInfo reissued = Make("CN=New", _rootKey, "CN=New", _rootKey, serial: 3);
        Assert.Equal([leaf, mesh, reissued], Build(leaf, [newRoot, mesh], [reissued]).Path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_expired_intermediate_does_not_hide_a_valid_one(bool reversed)
    {
        CertificateInfo root = Make("CN=R", _rootKey, "CN=R", _rootKey);
        CertificateInfo expired = Make("CN=Mesh", _meshKey, "CN=R", _rootKey, days: 5);
        CertificateInfo valid = Make("CN=Mesh", _meshKey, "CN=R", _rootKey, serial: 2);
        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=Mesh", _meshKey, isCa: false);
        Assert.Equal([leaf, valid, root], Build(leaf, reversed ? [valid, expired] : [expired, valid], [root]).Path);
        AssertFails("CertificateExpired", leaf, [expired], [root]);
    }

    [Fact]
    public void Dates_are_inclusive()
    {
        CertificateInfo root = Make("CN=R", _rootKey, "CN=R", _rootKey);
        Assert.True(ChainBuilder.Build(root, [], [root], root.NotBefore).IsValid);
        Assert.True(ChainBuilder.Build(root, [], [root], root.NotAfter).IsValid);
        Assert.Equal("CertificateNotYetValid", ChainBuilder.Build(root, [], [root], root.NotBefore.AddSeconds(-1)).Failures.Single().FailureId);
        Assert.Equal("CertificateExpired", ChainBuilder.Build(root, [], [root], root.NotAfter.AddSeconds(1)).Failures.Single().FailureId);
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(null, 2, true)]
    public void Path_length_counts_the_authorities_below(int? limit, int between, bool valid)
    {
        CertificateInfo root = Make("CN=R", _rootKey, "CN=R", _rootKey, pathLength: limit);
        List<CertificateInfo> intermediates = [];
        (string name, ECDsa key) = ("CN=R", _rootKey);
        for (int i = 0; i < between; i++)
        {
            ECDsa next = i == 0 ? _meshKey : _otherKey;
            intermediates.Add(Make($"CN=I{i}", next, name, key));
            (name, key) = ($"CN=I{i}", next);
        }

        CertificateInfo leaf = Make("CN=web", _leafKey, name, key, isCa: false);
        if (valid)
        {
            Assert.Equal(between + 2, Build(leaf, intermediates, [root]).Path.Length);
        }
        else
        {
            AssertFails("PathLengthExceeded", leaf, intermediates, [root]);
        }
    }

    [Fact]
    public void A_self_issued_authority_does_not_count_for_the_path_length()
    {
        CertificateInfo root = Make("CN=R", _rootKey, "CN=R", _rootKey, pathLength: 0);
        CertificateInfo rollover = Make("CN=R", _otherKey, "CN=R", _rootKey);
        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=R", _otherKey, isCa: false);
        Assert.Equal([leaf, rollover, root], Build(leaf, [rollover], [root]).Path);
    }

    [Fact]
    public void What_may_not_sign_certificates_is_no_issuer()
    {
        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=R", _rootKey, isCa: false);
        AssertFails("IssuerNotCa", leaf, [], [Make("CN=R", _rootKey, "CN=R", _rootKey, isCa: false)]);
        AssertFails("IssuerMayNotSign", leaf, [], [Make("CN=R", _rootKey, "CN=R", _rootKey, usages: X509KeyUsageFlags.DigitalSignature)]);
        Assert.True(Build(leaf, [], [Make("CN=R", _rootKey, "CN=R", _rootKey, usages: X509KeyUsageFlags.KeyCertSign)]).IsValid);
        AssertFails("SignatureInvalid", leaf, [], [Make("CN=R", _otherKey, "CN=R", _otherKey)]);
        AssertFails("IssuerNotFound", leaf, [], [Make("CN=S", _rootKey, "CN=S", _rootKey)]);
        AssertFails("IssuerNotFound", leaf, [Make("CN=R", _rootKey, "CN=R", _rootKey)], []);
    }

    [Fact]
    public void An_unknown_critical_extension_refuses_the_path()
    {
        CertificateInfo root = Make("CN=R", _rootKey, "CN=R", _rootKey);
        X509Extension unknown = new("1.2.3.4", [0x05, 0x00], critical: true);
        AssertFails("CriticalExtensionUnknown", Make("CN=web", _leafKey, "CN=R", _rootKey, isCa: false, more: [unknown]), [], [root]);
        unknown.Critical = false;
        Assert.True(Build(Make("CN=web", _leafKey, "CN=R", _rootKey, isCa: false, more: [unknown]), [], [root]).IsValid);
    }

    /// <summary>Permitted, excluded (kind and text), DNS name or URI, whether it is allowed.</summary>
    public static TheoryData<string, string, string, bool> Constraints => new()
    {
        { "dns:example", "", "dns:web.example", true },
        { "dns:example", "", "dns:example", true },
        { "dns:.example", "", "dns:example", false },
        { "dns:example", "", "dns:badexample", false },
        { "dns:example", "", "dns:web.other", false },
        { "dns:example", "", "dns:*.example", true },
        { "dns:web.example", "", "dns:*.example", false },
        { "", "dns:web.example", "dns:web.example", false },
        { "", "dns:web.example", "dns:a.web.example", false },
        { "", "dns:web.example", "dns:cart.example", true },
        { "", "dns:web.example", "dns:*.example", false },
        { "dns:example", "", "uri:spiffe://other/web", true },
        { "uri:default", "", "uri:spiffe://default/web", true },
        { "uri:default", "", "uri:spiffe://evil.default/web", false },
        { "uri:.default", "", "uri:spiffe://a.default/web", true },
        { "uri:default", "", "uri:spiffe://default2/web", false },
        { "uri:default", "", "uri:https://default@evil/web", false },
        { "uri:default", "", "uri:https://default:8443/web", true },
        { "uri:default", "", "uri:urn:x", false },
        { "", "uri:default", "uri:spiffe://default/web", false },
        { "", "uri:default", "uri:urn:x", false },
        { "", "uri:default", "uri:spiffe://other/web", true },
        { "ip:", "", "dns:web.example", false },
    };

    [Theory]
    [MemberData(nameof(Constraints))]
    public void Name_constraints(string permitted, string excluded, string name, bool allowed)
    {
        X509Extension constraints = new("2.5.29.30", EncodeConstraints(permitted, excluded), critical: true);
        CertificateInfo root = Make("CN=R", _rootKey, "CN=R", _rootKey, more: [constraints]);
        SubjectAlternativeNameBuilder names = new();
        if (name.StartsWith("dns:", StringComparison.Ordinal))
        {
            names.AddDnsName(name[4..]);
        }
        else
        {
            names.AddUri(new Uri(name[4..]));
        }

        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=R", _rootKey, isCa: false, more: [names.Build()]);
        if (allowed)
        {
            Assert.True(Build(leaf, [], [root]).IsValid);
        }
        else
        {
            AssertFails("NameConstraintViolated", leaf, [], [root]);
        }
    }

    [Fact]
    public void Name_constraints_that_cannot_be_read_allow_nothing()
    {
        CertificateInfo root = Make("CN=R", _rootKey, "CN=R", _rootKey, more: [new X509Extension("2.5.29.30", [0x01, 0x02, 0x03], critical: true)]);
        AssertFails("NameConstraintViolated", Make("CN=web", _leafKey, "CN=R", _rootKey, isCa: false), [], [root]);
    }

    [Fact]
    public void Authorities_that_signed_each_other_lead_nowhere_and_end()
    {
        CertificateInfo a = Make("CN=A", _rootKey, "CN=B", _otherKey);
        CertificateInfo b = Make("CN=B", _otherKey, "CN=A", _rootKey);
        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=A", _rootKey, isCa: false);
        CertificateInfo again = CertificateInfo.Parse(a.Encoded.ToArray(), "again");
        ChainResult result = Build(leaf, [a, b, again, a], []);
        Assert.False(result.IsValid);
        Assert.Equal("IssuerNotFound", Assert.Single(result.Failures).FailureId);
    }

    [Fact]
    public void A_crowd_of_authorities_that_all_signed_each_other_ends_too()
    {
        ECDsa[] keys = [.. Enumerable.Range(0, 8).Select(_ => Key())];
        CertificateInfo[] crowd = [.. from key in keys from signer in keys where key != signer select Make("CN=R", key, "CN=R", signer)];
        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=R", keys[0], isCa: false);
        AssertFails("ChainSearchTooLong", leaf, crowd, []);
        Assert.True(Build(leaf, crowd, [crowd[0]]).IsValid);
        Array.ForEach(keys, key => key.Dispose());
    }

    [Fact]
    public void A_signature_that_cannot_be_verified_does_not_hide_one_that_can()
    {
        using RSA rsa = RSA.Create(2048);
        CertificateInfo root = Make("CN=R", _rootKey, "CN=R", _rootKey);
        CertificateInfo valid = Make("CN=Mesh", _meshKey, "CN=R", _rootKey);
        CertificateRequest request = new(new X500DistinguishedName("CN=Mesh"), _meshKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 weak = request.Create(new X500DistinguishedName("CN=Weak"), new Sha1Generator(rsa), Start, Start.AddDays(100), [9]);
        CertificateInfo sha1 = CertificateInfo.Parse(weak.RawData, "weak");
        CertificateRequest weakRoot = new("CN=Weak", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        weakRoot.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 weakRootCertificate = weakRoot.CreateSelfSigned(Start, Start.AddDays(100));
        CertificateInfo anchor = CertificateInfo.Parse(weakRootCertificate.RawData, "root");
        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=Mesh", _meshKey, isCa: false);
        Assert.Equal("sha1WithRSAEncryption", sha1.SignatureAlgorithmName);
        Assert.Equal([leaf, valid, root], Build(leaf, [sha1, valid], [anchor, root]).Path);
        AssertFails("SignatureAlgorithmUnsupported", leaf, [sha1], [anchor]);
    }

    [Fact]
    public void An_anchor_needs_not_be_a_root()
    {
        CertificateInfo mesh = Make("CN=Mesh", _meshKey, "CN=R", _rootKey);
        CertificateInfo leaf = Make("CN=web", _leafKey, "CN=Mesh", _meshKey, isCa: false);
        Assert.Equal([leaf, mesh], Build(leaf, [], [mesh]).Path);
    }

    private static ChainResult Build(CertificateInfo leaf, IReadOnlyCollection<CertificateInfo> intermediates, IReadOnlyCollection<CertificateInfo> anchors) =>
        ChainBuilder.Build(leaf, intermediates, anchors, Now);

    private static void AssertFails(string failureId, CertificateInfo leaf, IReadOnlyCollection<CertificateInfo> intermediates, IReadOnlyCollection<CertificateInfo> anchors)
    {
        ChainResult result = Build(leaf, intermediates, anchors);
        Assert.False(result.IsValid);
        Assert.Contains(failureId, result.Failures.Select(failure => failure.FailureId));
    }

    private static byte[] EncodeConstraints(string permitted, string excluded)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach ((string constraint, int list) in new[] { (permitted, 0), (excluded, 1) }.Where(entry => entry.Item1.Length > 0))
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, list)))
                using (writer.PushSequence())
                {
                    string text = constraint[(constraint.IndexOf(':', StringComparison.Ordinal) + 1)..];
                    int kind = constraint[..3] switch { "dns" => 2, "uri" => 6, _ => 7 };
                    writer.WriteOctetString(kind == 7 ? new byte[8] : System.Text.Encoding.ASCII.GetBytes(text), new Asn1Tag(TagClass.ContextSpecific, kind));
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>Signs with SHA-1, as old authorities did.</summary>
    private sealed class Sha1Generator(RSA key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => Convert.FromHexString("300D06092A864886F70D0101050500");

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => new byte[key.KeySize / 8];

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
