using MeshSecrets.Certificates.Names;

namespace MeshSecrets.Tests.Certificates.Names;

public sealed class SubjectAlternativeNamesTests
{
    private static readonly string s_longLabel = new('a', 63);

    [Theory]
    [InlineData("web", "web")]
    [InlineData("web.shop.svc.cluster.local", "web.shop.svc.cluster.local")]
    [InlineData("*.shop.example", "*.shop.example")]
    [InlineData("_sip.example", "_sip.example")]
    [InlineData("WEB.Example", "WEB.Example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("*.bücher.example", "*.xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    public void Dns_name_is_taken(string name, string expected) => Assert.Equal(expected, DnsName.Parse(name));

    public static TheoryData<string> BadDnsNames =>
    [
        "", ".", "a..b", ".example", "example.", "*", "*.", "a.*.example", "w*.example", "**.example", "*.*.example",
        "-web.example", "web-.example", "https://web.example", "web.example:443", "web example", "web.example/", "10.0.0.1", "::1",
        "127.1", "web\0.example", "web.example\n", "a@b", s_longLabel + "a.example", string.Join('.', s_longLabel, s_longLabel, s_longLabel, s_longLabel),
        "b\u00fc\0cher.example",
    ];

    [Theory]
    [MemberData(nameof(BadDnsNames))]
    public void Dns_name_is_refused(string name) => Fails.With("DnsNameInvalid", () => DnsName.Parse(name));

    [Fact]
    public void A_name_of_253_characters_is_taken_and_one_of_254_refused()
    {
        string longest = string.Join('.', s_longLabel, s_longLabel, s_longLabel, new string('b', 61));
        Assert.Equal(longest, DnsName.Parse(longest));
        Fails.With("DnsNameInvalid", () => DnsName.Parse(longest + "b"));
    }

    [Theory]
    [InlineData("web.example", "WEB.example", true)]
    [InlineData("*.example", "web.example", true)]
    [InlineData("*.example", "a.web.example", false)]
    [InlineData("*.example", "example", false)]
    [InlineData("*.example", ".example", false)]
    [InlineData("*.example", "*.example", true)]
    [InlineData("*.example", "*.EXAMPLE", true)]
    [InlineData("*.a.example", "*.example", false)]
    [InlineData("web.example", "web.example.evil", false)]
    public void A_wildcard_covers_one_label(string pattern, string host, bool covers) => Assert.Equal(covers, DnsName.Covers(pattern, host));

    [Theory]
    [InlineData("spiffe://default", "default", "")]
    [InlineData("spiffe://default/web", "default", "/web")]
    [InlineData("spiffe://trust-domain_1.example/ns/shop/sa/Web.v1", "trust-domain_1.example", "/ns/shop/sa/Web.v1")]
    [InlineData("spiffe://default/...", "default", "/...")]
    [InlineData("spiffe://10.0.0.1/web", "10.0.0.1", "/web")]
    public void Spiffe_id_is_taken_byte_for_byte(string id, string trustDomain, string path)
    {
        SpiffeId parsed = SpiffeId.Parse(id);
        Assert.Equal((id, trustDomain, path), (parsed.Value, parsed.TrustDomain, parsed.Path));
    }

    public static TheoryData<string> BadSpiffeIds =>
    [
        "spiffe://", "spiffe:///web", "spiffe:/default", "spiffe:default", "SPIFFE://default/web", "Spiffe://default", "https://default/web", "",
        "spiffe://Default/web", "spiffe://default:8080/web", "spiffe://user@default/web", "spiffe://def%61ult/web", "spiffe://bücher/web",
        "spiffe://default/", "spiffe://default/web/", "spiffe://default//web", "spiffe://default/./web", "spiffe://default/../web", "spiffe://default/web/..",
        "spiffe://default/web?x=1", "spiffe://default/web#x", "spiffe://default?x", "spiffe://default#x", "spiffe://default/w%20b", "spiffe://default/w b",
        "spiffe://default/wéb", "spiffe://default/web\n", "spiffe://[::1]/web", "spiffe://default/a:b", "spiffe://default/a~b",
        "spiffe://" + new string('a', 256) + "/web", "spiffe://default/" + new string('a', 2048),
    ];

    [Theory]
    [MemberData(nameof(BadSpiffeIds))]
    public void Spiffe_id_is_refused(string id) => Fails.With("SpiffeIdInvalid", () => SpiffeId.Parse(id));

    [Fact]
    public void The_longest_spiffe_id_is_taken()
    {
        string id = "spiffe://" + new string('a', 255) + "/";
        id += new string('b', 2048 - id.Length);
        Assert.Equal(id, SpiffeId.Parse(id).Value);
        Fails.With("SpiffeIdInvalid", () => SpiffeId.Parse(id + "b"));
    }

    [Theory]
    [InlineData("kuma://tag/value")]
    [InlineData("https://example/path?q=1#f")]
    [InlineData("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]
    [InlineData("a+b-c.d:x")]
    public void Uri_is_taken_byte_for_byte(string uri) => Assert.Equal([uri], SubjectAlternativeNames.Create(uris: [uri]).Uris);

    [Theory]
    [InlineData("")]
    [InlineData("web.example")]
    [InlineData("/path")]
    [InlineData("1x:y")]
    [InlineData(":x")]
    [InlineData("x:")]
    [InlineData("a_b:x")]
    [InlineData("https://a b")]
    [InlineData("https://exämple")]
    [InlineData("https://good.example\0.evil")]
    [InlineData("https://good.example\u001b[31m")]
    [InlineData("https://good.example\u007f")]
    [InlineData("https://a\"b")]
    public void Uri_is_refused(string uri) => Fails.With("UriInvalid", () => SubjectAlternativeNames.Create(uris: [uri]));

    [Fact]
    public void A_spiffe_uri_is_held_to_the_standard_and_to_be_the_only_one()
    {
        Fails.With("SpiffeIdInvalid", () => SubjectAlternativeNames.Create(uris: ["SPIFFE://default/web"]));
        Fails.With("SpiffeIdMultiple", () => SubjectAlternativeNames.Create(uris: ["spiffe://default/web", "spiffe://default/cart"]));
        SubjectAlternativeNames one = SubjectAlternativeNames.Create(uris: ["kuma://a/b", "spiffe://default/web", "spiffe://default/web"]);
        Assert.Equal("spiffe://default/web", one.SpiffeId);
        Assert.Equal(2, one.Uris.Length);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::1", "::1")]
    [InlineData("2001:DB8:0:0::1", "2001:db8::1")]
    [InlineData("::ffff:10.0.0.1", "::ffff:10.0.0.1")]
    public void Ip_address_is_taken(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(SubjectAlternativeNames.Create(ipAddresses: [text]).IpAddresses).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.1:80")]
    [InlineData(" 10.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("::1/128")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%1")]
    [InlineData("web.example")]
    public void Ip_address_is_refused(string text) => Fails.With("IpAddressInvalid", () => SubjectAlternativeNames.Create(ipAddresses: [text]));

    [Theory]
    [InlineData("ops@example.com", true)]
    [InlineData("a+b@x", true)]
    [InlineData("@example.com", false)]
    [InlineData("ops@", false)]
    [InlineData("ops", false)]
    [InlineData("a@b@example.com", false)]
    [InlineData("öps@example.com", false)]
    [InlineData("o ps@example.com", false)]
    [InlineData("ops\0@example.com", false)]
    [InlineData("<ops@example.com>", false)]
    [InlineData("a@b,c@d", false)]
    public void Email_address(string text, bool valid)
    {
        if (valid)
        {
            Assert.Equal([text], SubjectAlternativeNames.Create(emailAddresses: [text]).EmailAddresses);
        }
        else
        {
            Fails.With("EmailAddressInvalid", () => SubjectAlternativeNames.Create(emailAddresses: [text]));
        }
    }

    [Fact]
    public void Repetitions_are_dropped_and_the_order_is_kept()
    {
        SubjectAlternativeNames names = SubjectAlternativeNames.Create(["b.example", "a.example", "b.example"], ipAddresses: ["::1", "0:0::1"]);
        Assert.Equal(["b.example", "a.example"], names.DnsNames);
        Assert.Single(names.IpAddresses);
        Assert.Equal("DNS:b.example, DNS:a.example, IP:::1", names.ToString());
    }
}
