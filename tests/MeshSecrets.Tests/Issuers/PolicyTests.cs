using System.Formats.Asn1;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;

namespace MeshSecrets.Tests.Issuers;

public sealed class PolicyTests : IDisposable
{
    private readonly AuthorityFixture _authorities = new();

    public void Dispose() => _authorities.Dispose();

    /// <summary>Rule for DNS names, name, whether it is allowed.</summary>
    public static TheoryData<string, string, bool> DnsRules => new()
    {
        { "web.example", "web.example", true },
        { "web.example", "WEB.example", true },
        { "web.example", "a.web.example", false },
        { "web.example", "cart.example", false },
        { "*.shop.example", "web.shop.example", true },
        { "*.shop.example", "a.web.shop.example", true },
        { "*.shop.example", "*.shop.example", true },
        { "*.shop.example", "*.web.shop.example", true },
        { "*.shop.example", "shop.example", false },
        { "*.shop.example", "workshop.example", false },
        { "*.shop.example", "*.example", false },
        { "*.shop.example", "web.shop.example.evil", false },
        { "*", "anything.example", true },
    };

    [Theory]
    [MemberData(nameof(DnsRules))]
    public void Dns_rule(string rule, string name, bool allowed) =>
        Judge(new IssuancePolicy { AllowedDnsNames = [rule] }, SubjectAlternativeNames.Create([name]), allowed);

    /// <summary>Rule for URIs, URI, whether it is allowed.</summary>
    public static TheoryData<string, string, bool> UriRules => new()
    {
        { "spiffe://default/", "spiffe://default/web", true },
        { "spiffe://default", "spiffe://default/web", true },
        { "spiffe://default", "spiffe://default2/web", false },
        { "spiffe://default", "spiffe://default.evil/web", false },
        { "spiffe://default/ns/shop", "spiffe://default/ns/shop/sa/web", true },
        { "spiffe://default/ns/shop", "spiffe://default/ns/shop", true },
        { "spiffe://default/ns/shop", "spiffe://default/ns/shop2/sa/web", false },
        { "spiffe://default/ns/shop/", "spiffe://default/ns/shop", false },
        { "spiffe://default/", "kuma://default/web", false },
        { "*", "spiffe://any/web", true },
    };

    [Theory]
    [MemberData(nameof(UriRules))]
    public void Uri_rule(string rule, string uri, bool allowed) =>
        Judge(new IssuancePolicy { AllowedUriPrefixes = [rule] }, SubjectAlternativeNames.Create(uris: [uri]), allowed);

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("10.0.0.0/8", "::ffff:11.0.0.1", false)]
    [InlineData("2001:db8::/32", "2001:db8::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::1", "0:0:0:0:0:0:0:1", true)]
    [InlineData("*", "192.0.2.1", true)]
    public void Ip_rule(string rule, string address, bool allowed) =>
        Judge(new IssuancePolicy { AllowedIpAddresses = [rule] }, SubjectAlternativeNames.Create(ipAddresses: [address]), allowed);

    [Fact]
    public void A_rule_for_one_kind_of_name_closes_all_others()
    {
        SubjectAlternativeNames[] all =
        [
            SubjectAlternativeNames.Create(["web.example"]),
            SubjectAlternativeNames.Create(uris: ["spiffe://default/web"]),
            SubjectAlternativeNames.Create(ipAddresses: ["10.0.0.1"]),
            SubjectAlternativeNames.Create(emailAddresses: ["ops@example.com"]),
        ];
        IssuancePolicy[] policies =
        [
            new() { AllowedDnsNames = ["*"] },
            new() { AllowedUriPrefixes = ["*"] },
            new() { AllowedIpAddresses = ["*"] },
        ];
        for (int rule = 0; rule < policies.Length; rule++)
        {
            for (int kind = 0; kind < all.Length; kind++)
            {
                Judge(policies[rule], all[kind], allowed: rule == kind);
            }
        }

        Judge(new IssuancePolicy { LongestLife = TimeSpan.FromDays(100) }, all[3], allowed: true);
    }

    [Fact]
    public void One_refused_name_among_allowed_ones_is_enough() =>
        Judge(new IssuancePolicy { AllowedDnsNames = ["*.shop.example"] }, SubjectAlternativeNames.Create(["web.shop.example", "evil.example"]), allowed: false);

    [Theory]
    [InlineData("CN=web.shop.example", true)]
    [InlineData("CN=Web of the shop", false)]
    [InlineData("CN=admin", false)]
    [InlineData("CN=evil.example", false)]
    [InlineData("CN=evil.example,CN=web.shop.example", false)]
    [InlineData("CN=web.shop.example,CN=evil.example", false)]
    [InlineData("CN=evil.example x.shop.example", false)]
    public void A_common_name_is_no_way_round_the_rules(string subject, bool allowed) =>
        Judge(new IssuancePolicy { AllowedDnsNames = ["*.shop.example"] }, SubjectAlternativeNames.Create(["web.shop.example"]), allowed, subject);

    [Theory]
    [InlineData("CN=web.shop.example,O=Example", "CN=Root,O=Example", true)]
    [InlineData("CN=web.shop.example,O=system:masters", "CN=Root,O=Example", false)]
    [InlineData("CN=web.shop.example,OU=Example", "CN=Root,O=Example", false)]
    public void Of_other_parts_a_subject_repeats_the_authoritys_own(string subject, string issuer, bool allowed)
    {
        using PrivateKey key = PrivateKey.Generate(KeyAlgorithm.P256);
        using CertificateAuthority root = CertificateAuthority.CreateRoot(
            "global/root",
            new AuthorityOptions { Subject = DistinguishedName.Parse(issuer), Policy = new IssuancePolicy { AllowedDnsNames = ["*.shop.example"] } },
            PrivateKey.Generate(KeyAlgorithm.P256),
            TimeProvider.System);
        CertificateOrder order = new(key)
        {
            Profile = CertificateProfile.Server,
            Names = SubjectAlternativeNames.Create(["web.shop.example"]),
            Subject = DistinguishedName.Parse(subject),
        };
        if (allowed)
        {
            Assert.Equal(subject, root.Issue(order).Certificate.Subject.ToString());
        }
        else
        {
            Fails.With("PolicySubject", () => root.Issue(order));
        }
    }

    [Fact]
    public void A_NUL_in_a_requests_common_name_is_no_way_round_the_rules()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.5.4.3");
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, "evil.example\0.shop.example");
        }

        CertificateAuthority root = _authorities.Root(new IssuancePolicy { AllowedDnsNames = ["*.shop.example"] });
        CertificateOrder order = _authorities.Order(SubjectAlternativeNames.Create(["web.shop.example"])) with { Subject = new DistinguishedName(writer.Encode()) };
        Fails.With("PolicyName", () => root.Issue(order));
    }

    [Fact]
    public void Longest_life_counts_what_is_asked_and_what_is_usual()
    {
        CertificateAuthority root = _authorities.Root(new IssuancePolicy { LongestLife = TimeSpan.FromHours(24) });
        SubjectAlternativeNames names = SubjectAlternativeNames.Create(["web.example"], ["spiffe://default/web"]);
        Assert.NotNull(root.Issue(_authorities.Order(names, validFor: TimeSpan.FromHours(24))).Certificate);
        Assert.NotNull(root.Issue(_authorities.Order(names, CertificateProfile.Workload)).Certificate);
        Fails.With("PolicyLife", () => root.Issue(_authorities.Order(names, validFor: TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1))));
        Fails.With("PolicyLife", () => root.Issue(_authorities.Order(names, CertificateProfile.Server)));
    }

    [Fact]
    public void Kinds_of_key()
    {
        CertificateAuthority root = _authorities.Root(new IssuancePolicy { AllowedKeyAlgorithms = [KeyAlgorithm.P384, KeyAlgorithm.Rsa2048] });
        SubjectAlternativeNames names = SubjectAlternativeNames.Create(["web.example"]);
        Assert.Equal("P384", root.Issue(_authorities.Order(names, key: _authorities.Key(KeyAlgorithm.P384))).Certificate.KeyAlgorithm);
        Fails.With("PolicyKeyAlgorithm", () => root.Issue(_authorities.Order(names, key: _authorities.Key(KeyAlgorithm.P256))));
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("10.0.0.0/33", "ip", false)]
    [InlineData("10.0.0.0/-1", "ip", false)]
    [InlineData("host", "ip", false)]
    [InlineData("default", "uri", false)]
    [InlineData("spiffe://default", "uri", true)]
    [InlineData("10.0.0.0/8", "ip", true)]
    [InlineData("*", "ip", true)]
    public void Rules_are_checked_themselves(string rule, string kind, bool valid)
    {
        IssuancePolicy policy = kind switch
        {
            "ip" => new() { AllowedIpAddresses = [rule] },
            "uri" => new() { AllowedUriPrefixes = [rule] },
            _ => new() { AllowedDnsNames = [rule] },
        };
        if (valid)
        {
            policy.EnsureValid();
            Assert.True(policy.RestrictsNames);
        }
        else
        {
            Fails.With(kind.Length == 0 ? "DnsNameInvalid" : "PolicyRuleInvalid", () =>
            {
                policy.EnsureValid();
                return null;
            });
        }
    }

    /// <summary>Profile, subject, DNS names, URI, and the error; empty for none.</summary>
    public static TheoryData<string, string, string[], string?, string> Needs => new()
    {
        { "Client", "", [], null, "CertificateNameMissing" },
        { "Client", "CN=ops", [], null, "" },
        { "Server", "CN=web.example", [], null, "CertificateNameMissing" },
        { "Server", "", ["web.example"], null, "" },
        { "MutatingWebhook", "CN=x", [], null, "CertificateNameMissing" },
        { "ValidatingWebhook", "", ["osm-config-validator.osm-system.svc"], null, "" },
        { "Workload", "", ["web.example"], null, "CertificateNameMissing" },
        { "Workload", "", [], "kuma://a/b", "CertificateNameMissing" },
        { "Workload", "", [], "spiffe://default/web", "" },
        { "Workload", "", [], "spiffe://default", "SpiffeIdPathMissing" },
        { "Server", "", ["web.example"], "spiffe://default", "SpiffeIdPathMissing" },
        { "Service", "", ["web.shop.cluster.local"], null, "" },
        { "Service", "", ["web.shop"], null, "CertificateNameForm" },
        { "Service", "", ["*.shop.cluster.local"], null, "CertificateNameForm" },
        { "Service", "CN=web", [], null, "CertificateNameForm" },
        { "XdsBootstrap", "", ["0b3e8c2e-7c1d-4d49-9d0e-0f8f6e2f3a10.web.shop"], null, "" },
        { "XdsBootstrap", "", ["web.shop.svc"], null, "CertificateNameForm" },
        { "XdsBootstrap", "", ["0b3e8c2e-7c1d-4d49-9d0e-0f8f6e2f3a10.web"], null, "CertificateNameForm" },
    };

    [Theory]
    [MemberData(nameof(Needs))]
    public void What_a_profile_needs(string profile, string subject, string[] dnsNames, string? uri, string errorId)
    {
        CertificateOrder order = _authorities.Order(SubjectAlternativeNames.Create(dnsNames, uri is null ? [] : [uri]), CertificateProfile.OfName(profile), subject);
        CertificateAuthority root = _authorities.Root();
        if (errorId.Length == 0)
        {
            Assert.Equal(dnsNames, root.Issue(order).Certificate.Names.DnsNames);
        }
        else
        {
            Fails.With(errorId, () => root.Issue(order));
        }
    }

    private void Judge(IssuancePolicy policy, SubjectAlternativeNames names, bool allowed, string subject = "")
    {
        CertificateAuthority root = _authorities.Root(policy);
        CertificateOrder order = _authorities.Order(names, subject: subject);
        if (allowed)
        {
            Assert.Equal(names.ToString(), root.Issue(order).Certificate.Names.ToString());
        }
        else
        {
            MeshException error = Fails.With("PolicyName", () => root.Issue(order));
            Assert.Equal(MeshErrorKind.PermissionDenied, error.Kind);
        }
    }
}
