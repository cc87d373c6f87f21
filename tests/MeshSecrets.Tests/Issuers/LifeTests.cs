using System.Formats.Asn1;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;

namespace MeshSecrets.Tests.Issuers;

public sealed class LifeTests : IDisposable
{
    private static readonly SubjectAlternativeNames s_names = SubjectAlternativeNames.Create(["web.example"]);

    private readonly AuthorityFixture _authorities = new();

    public void Dispose() => _authorities.Dispose();

    [Fact]
    public void Begins_a_minute_ago_and_ends_as_asked()
    {
        CertificateAuthority root = _authorities.Root();
        _authorities.Clock.Advance(TimeSpan.FromHours(1));
        DateTimeOffset now = _authorities.Clock.GetUtcNow();
        IssuedCertificate issued = root.Issue(_authorities.Order(s_names, validFor: TimeSpan.FromHours(24)));
        Assert.Equal((now.AddMinutes(-1), now.AddHours(24), false), (issued.Certificate.NotBefore, issued.Certificate.NotAfter, issued.IsShortened));
    }

    [Fact]
    public void Is_shortened_to_the_issuers_or_refused_by_choice()
    {
        CertificateAuthority root = _authorities.Root(validFor: TimeSpan.FromDays(10));
        CertificateOrder order = _authorities.Order(s_names, validFor: TimeSpan.FromDays(11));
        IssuedCertificate issued = root.Issue(order);
        Assert.True(issued.IsShortened);
        Assert.Equal(root.Certificate.NotAfter, issued.Certificate.NotAfter);
        Fails.With("LifeBeyondIssuer", () => root.Issue(order with { RefuseShorterLife = true }));
        Assert.False(root.Issue(order with { ValidFor = TimeSpan.FromDays(10), RefuseShorterLife = true }).IsShortened);

        Assert.Equal(root.Certificate.NotAfter, _authorities.Below(root, validFor: TimeSpan.FromDays(11)).Certificate.NotAfter);
        Fails.With("LifeBeyondIssuer", () => _authorities.Below(root, validFor: TimeSpan.FromDays(11), refuseShorter: true));
    }

    [Fact]
    public void Never_begins_before_the_issuers()
    {
        CertificateAuthority root = _authorities.Root();
        _authorities.Clock.Set(root.Certificate.NotBefore.AddSeconds(10));
        Assert.Equal(root.Certificate.NotBefore, root.Issue(_authorities.Order(s_names)).Certificate.NotBefore);
    }

    [Fact]
    public void An_issuer_issues_only_within_its_own()
    {
        CertificateAuthority root = _authorities.Root(validFor: TimeSpan.FromDays(10));
        _authorities.Clock.Set(root.Certificate.NotAfter);
        Assert.Equal(root.Certificate.NotAfter, root.Issue(_authorities.Order(s_names)).Certificate.NotAfter);
        _authorities.Clock.Advance(TimeSpan.FromSeconds(1));
        Fails.With("IssuerExpired", () => root.Issue(_authorities.Order(s_names)));
        Fails.With("IssuerExpired", () => _authorities.Below(root));
        _authorities.Clock.Set(root.Certificate.NotBefore.AddSeconds(-1));
        Fails.With("IssuerNotYetValid", () => root.Issue(_authorities.Order(s_names)));
        Fails.With("IssuerNotYetValid", () => _authorities.Below(root));
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("-01:00:00")]
    [InlineData("10675199.02:48:05")]
    public void A_life_that_is_none_is_refused(string life)
    {
        TimeSpan value = TimeSpan.Parse(life);
        CertificateAuthority root = _authorities.Root();
        Fails.With("DurationInvalid", () => root.Issue(_authorities.Order(s_names, validFor: value)));
        Fails.With("DurationInvalid", () => _authorities.Below(root, validFor: value));
        Fails.With("DurationInvalid", () => _authorities.Root(validFor: value));
    }

    [Theory]
    [InlineData("2049-12-31T23:59:59Z", UniversalTagNumber.UtcTime, "491231235959Z")]
    [InlineData("2050-01-01T00:00:00Z", UniversalTagNumber.GeneralizedTime, "20500101000000Z")]
    public void Is_written_in_the_form_of_its_century(string end, UniversalTagNumber tag, string text)
    {
        DateTimeOffset notAfter = DateTimeOffset.Parse(end);
        _authorities.Clock.Set(new DateTimeOffset(2049, 6, 1, 0, 0, 0, TimeSpan.Zero));
        CertificateAuthority root = _authorities.Root(validFor: notAfter - _authorities.Clock.GetUtcNow());
        Assert.Equal(notAfter, root.Certificate.NotAfter);
        byte[] encoded = [(byte)tag, (byte)text.Length, .. text.Select(c => (byte)c)];
        Assert.True(root.Certificate.Encoded.Span.IndexOf(encoded) > 0);
        Assert.Equal(notAfter, CertificateInfo.Parse(root.Certificate.Encoded, "test").NotAfter);
    }

    [Theory]
    [InlineData(null, null, 0)]
    [InlineData(null, 3, 3)]
    [InlineData(2, null, 0)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 0, 0)]
    public void Path_length_is_left_by_the_issuers(int? issuer, int? asked, int given) =>
        Assert.Equal(given, _authorities.Below(_authorities.Root(pathLength: issuer), asked).Certificate.PathLength);

    [Theory]
    [InlineData(0, null)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    public void Path_length_beyond_the_issuers_is_refused(int issuer, int? asked) =>
        Fails.With("PathLengthExceeded", () => _authorities.Below(_authorities.Root(pathLength: issuer), asked));

    [Fact]
    public void Authority_without_subject_or_with_a_negative_path_length_is_refused()
    {
        Fails.With("AuthorityInvalid", () => _authorities.Root(subject: ""));
        Fails.With("AuthorityInvalid", () => _authorities.Root(pathLength: -1));
        Fails.With("AuthorityInvalid", () => _authorities.Below(_authorities.Root(), subject: ""));
        Assert.Null(_authorities.Root().Certificate.PathLength);
    }

    [Fact]
    public void Chain_and_root_go_with_what_is_issued()
    {
        CertificateAuthority root = _authorities.Root();
        CertificateAuthority upper = _authorities.Below(root, pathLength: 1, subject: "CN=Upper");
        CertificateAuthority lower = _authorities.Below(upper, subject: "CN=Lower");
        IssuedCertificate byRoot = root.Issue(_authorities.Order(s_names));
        IssuedCertificate byLower = lower.Issue(_authorities.Order(s_names));
        Assert.Empty(byRoot.Intermediates);
        Assert.Equal([root.Certificate], byRoot.Roots);
        Assert.Equal([lower.Certificate, upper.Certificate], byLower.Intermediates);
        Assert.Equal([root.Certificate], byLower.Roots);
    }
}
