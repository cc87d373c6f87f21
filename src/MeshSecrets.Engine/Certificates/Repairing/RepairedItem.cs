using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>An item of a content that the strict reader reads by now.</summary>
/// <param name="Ordinal">The position of its block in the text, by which choices are kept.</param>
/// <param name="Line">The line of its BEGIN boundary; 0 for binary forms.</param>
/// <param name="Candidate">What it is.</param>
internal sealed record RepairedItem(int Ordinal, int Line, Candidate Candidate)
{
    internal static IReadOnlyList<RepairedItem> ReadAll(ContentRepair repair)
    {
        int[] begins = [.. PemSegment.FindAll(TextLines.Split(repair.Content)).Select(block => block.Begin + 1)];
        using MaterialSet items = MaterialReader.Read(repair.Content, repair.Source, repair.Options);
        return
        [
            .. items.Select(item => new RepairedItem(
                Math.Max(0, Array.IndexOf(begins, item.Line)),
                item.Line,
                new Candidate(item.Kind, repair.Scratch.Keep(item.GetDer().ToArray())))),
        ];
    }
}
