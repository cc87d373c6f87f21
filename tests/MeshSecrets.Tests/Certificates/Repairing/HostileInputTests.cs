using System.Text;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Tests.Certificates.Reading;

namespace MeshSecrets.Tests.Certificates.Repairing;

/// <summary>Whatever it is given, a repair ends, and weighs no more than its budget allows.</summary>
public sealed class HostileInputTests
{
    private const int Most = 4096;

    private static TestMaterial M => TestMaterial.Shared;

    private static IReadOnlyDictionary<string, byte[]> Inputs => new Dictionary<string, byte[]>
    {
        ["a million hyphens"] = TestMaterial.Bytes(new string('-', 1_000_000) + "END"),
        ["a million boundaries"] = TestMaterial.Bytes(string.Concat(Enumerable.Repeat("-BEGIN ", 150_000))),
        ["typographic dashes"] = TestMaterial.Bytes(string.Concat(Enumerable.Repeat("—–", 100_000)) + "BEGIN CERTIFICATE"),
        ["base64 that is text whatever is left out"] = TestMaterial.Bytes(string.Concat(Enumerable.Repeat("ZWVm", 5000)) + "Z"),
        ["integers without end"] = TestMaterial.Bytes(TestMaterial.Pem("RSA PRIVATE KEY", Integers(12_000)).Insert(60, "s")),
        ["nested sequences"] = TestMaterial.Bytes(Convert.ToBase64String(Nested(3000)).Insert(20, "s")),
        ["zeros"] = new byte[100_000],
        ["broken blocks without end"] = TestMaterial.Bytes(string.Concat(Enumerable.Repeat(M.RsaPkcs8Pem.Insert(70, "s"), 60))),
        ["base64 in base64 in base64"] = TestMaterial.Bytes(Enumerable.Range(0, 12).Aggregate(M.RootPem, (text, _) => Convert.ToBase64String(TestMaterial.Bytes(text)))),
        ["a length field of four gigabytes"] = TestMaterial.Bytes("-----BEGIN CERTIFICATE-----\nMIT/////" + new string('A', 1001) + "\n-----END CERTIFICATE-----\n"),
        ["quotes"] = TestMaterial.Bytes(new string('"', 100_000) + "-----BEGIN CERTIFICATE-----"),
        ["backslashes"] = TestMaterial.Bytes("-----BEGIN CERTIFICATE-----\\n" + new string('\\', 100_000)),
        ["odd UTF-16"] = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(M.RootPem)[..^1]],
    };

    public static TheoryData<string> Names => [.. Inputs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_ends(string name)
    {
        IReadOnlyList<RepairReport> reports = MaterialRepair.Examine([new RepairInput("hostile", Inputs[name])], options: null, out int candidates, TestContext.Current.CancellationToken);
        Assert.InRange(candidates, 0, Most);
        Assert.NotEmpty(reports.Single().Faults);
        reports.Single().Dispose();
    }

    [Fact]
    public void The_place_of_the_stray_character_changes_nothing_of_the_work()
    {
        string pem = M.RsaPkcs8Pem;
        int[] weighed = [.. new[] { 1600, 1500, 1400 }.Select(at =>
        {
            MaterialRepair.Examine([new RepairInput("key", TestMaterial.Bytes(pem.Insert(at, "#")))], options: null, out int candidates, TestContext.Current.CancellationToken).Single().Dispose();
            return candidates;
        })];
        Assert.All(weighed, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Random_bytes_are_borne()
    {
        Random random = new(20261120);
        byte[][] originals = [TestMaterial.Bytes(M.LeafPem), TestMaterial.Bytes(M.Sec1Pem), M.Request, TestMaterial.Bytes(Convert.ToBase64String(TestMaterial.Bytes(M.EcPkcs8Pem)))];
        for (int i = 0; i < 600; i++)
        {
            byte[] mutant = Mutation.Of(originals[i % originals.Length], random);
            using RepairReport report = Repaired.Of(mutant);
            Assert.True(report.HasContent ? report.IsProven : report.Status != RepairStatus.Proposed || !report.IsProven);
        }
    }

    private static byte[] Integers(int count)
    {
        byte[] content = [.. Enumerable.Repeat<byte[]>([2, 1, 5], count / 3).SelectMany(integer => integer)];
        return [0x30, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content];
    }

    private static byte[] Nested(int depth)
    {
        byte[] inner = [5, 0];
        for (int i = 0; i < depth; i++)
        {
            inner = [0x30, 0x82, (byte)(inner.Length >> 8), (byte)inner.Length, .. inner];
        }

        return inner;
    }
}
