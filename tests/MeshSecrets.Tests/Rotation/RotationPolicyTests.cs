using MeshSecrets.Certificates;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Rotation;

public sealed class RotationPolicyTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Policy, hour of a life of 24, and the reason; empty for none.</summary>
    public static TheoryData<string, double, string> Moments => new()
    {
        { "usual", 15.999, "" },
        { "usual", 16, "ShareOfLifeUsed" },
        { "usual", 24, "ShareOfLifeUsed" },
        { "usual", 24.001, "Expired" },
        { "half", 11.999, "" },
        { "half", 12, "ShareOfLifeUsed" },
        { "before", 21.999, "" },
        { "before", 22, "EndIsNear" },
        { "before", 25, "Expired" },
        { "all", 0, "Forced" },
        { "all", 20, "ShareOfLifeUsed" },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void Is_due(string policy, double hour, string reason)
    {
        RotationPolicy judge = policy switch
        {
            "half" => new() { ShareOfLife = 0.5 },
            "before" => new() { Before = TimeSpan.FromHours(2) },
            "all" => new() { All = true },
            _ => new(),
        };
        Assert.Equal(reason, judge.Judge(Key(), s_start.AddHours(hour))?.ReasonId ?? "");
    }

    [Fact]
    public void What_has_no_certificate_is_never_due() =>
        Assert.Null(new RotationPolicy { All = true }.Judge(Key() with { Certificate = null }, s_start));

    [Fact]
    public void The_reason_says_when_it_ends()
    {
        Assert.Equal("67 % of its life is over; it ends at 2030-01-02 00:00:00Z", new RotationPolicy().Judge(Key(), s_start.AddHours(17))!.Message);
        Assert.Equal("ends at 2030-01-02 00:00:00Z, within 2h", new RotationPolicy { Before = TimeSpan.FromHours(2) }.Judge(Key(), s_start.AddHours(23))!.Message);
    }

    private static SecretMetadata Key() => new()
    {
        Id = new SecretId("web", "default"),
        Type = SecretType.Tls,
        Certificate = new CertificateSummary
        {
            Thumbprint = "00",
            Subject = "CN=web",
            Issuer = "CN=Mesh",
            SerialNumber = "01",
            KeyAlgorithm = "P256",
            NotBefore = s_start,
            NotAfter = s_start.AddHours(24),
        },
    };
}
