using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;

namespace MeshSecrets.Tests.Certificates.Repairing;

/// <summary>Short forms for the tests of repairs.</summary>
internal static class Repaired
{
    internal static RepairReport Of(byte[] content) => MaterialRepair.Examine([new RepairInput("site.pem", content)]).Single();

    internal static RepairReport Of(string content) => Of(Encoding.UTF8.GetBytes(content));

    internal static IReadOnlyList<RepairReport> Group(params string[] contents) =>
        MaterialRepair.Examine([.. contents.Select((content, i) => new RepairInput($"file {i + 1}", Encoding.UTF8.GetBytes(content)))]);

    /// <summary>The report proposes these encodings, proven, as PEM that the strict reader takes and that is in normal form.</summary>
    internal static void Restores(RepairReport report, params byte[][] originals)
    {
        Assert.Equal(RepairStatus.Proposed, report.Status);
        Assert.True(report.IsProven, string.Join(',', report.Faults.Select(fault => fault.Id)));
        using MaterialSet read = MaterialReader.Read(report.GetContent(), "restored");
        Assert.Equal(originals, read.Select(item => item.GetDer().ToArray()));
        string text = Encoding.ASCII.GetString(report.GetContent().Span);
        Assert.EndsWith("-----\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 64));
    }

    /// <summary>The report proposes nothing that could be written.</summary>
    internal static void Refuses(RepairReport report)
    {
        Assert.False(report.IsProven);
        Assert.NotEmpty(report.Faults);
        Assert.Equal(0, report.GetContent().Length);
    }

    internal static IEnumerable<string> FaultIds(RepairReport report) => report.Faults.Select(fault => fault.Id);
}
