using System.Globalization;
using System.IO.Enumeration;

namespace MeshSecrets.Stores.Embedded;

/// <summary>The commits that a segment file holds; they are its name.</summary>
internal readonly record struct SegmentRange(long First, long Last) : IComparable<SegmentRange>
{
    private const int Digits = 16;
    private const int NameLength = Digits + 1 + Digits + 4;
    private const string Extension = ".seg";

    internal string FileName => string.Create(CultureInfo.InvariantCulture, $"{First:D16}-{Last:D16}{Extension}");

    /// <summary>Earlier start first, and of two with one start the wider.</summary>
    public int CompareTo(SegmentRange other) =>
        First != other.First ? First.CompareTo(other.First) : other.Last.CompareTo(Last);

    public override string ToString() => First == Last ? $"commit {First}" : $"commits {First} to {Last}";

    internal static bool TryParse(ReadOnlySpan<char> name, out SegmentRange range)
    {
        range = default;
        if (name.Length != NameLength || name[Digits] != '-' || !name.EndsWith(Extension, StringComparison.Ordinal)
            || !long.TryParse(name[..Digits], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            || !long.TryParse(name.Slice(Digits + 1, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out long last)
            || first < 1 || last < first)
        {
            return false;
        }

        range = new SegmentRange(first, last);
        return true;
    }

    /// <summary>All segments of a folder, in order.</summary>
    internal static List<SegmentRange> Enumerate(string folder)
    {
        FileSystemEnumerable<SegmentRange> files = new(
            folder,
            static (ref FileSystemEntry entry) => TryParse(entry.FileName, out SegmentRange range) ? range : default)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => TryParse(entry.FileName, out _),
        };
        List<SegmentRange> ranges = [.. files];
        ranges.Sort();
        return ranges;
    }

    /// <summary>
    /// The segments that together hold every commit once. One that a wider one covers is what a merge has not
    /// removed yet, and is left out.
    /// </summary>
    /// <param name="ordered">All segments, in order.</param>
    /// <param name="gaps">The commits that no segment holds.</param>
    internal static List<SegmentRange> Tile(List<SegmentRange> ordered, List<SegmentRange> gaps)
    {
        List<SegmentRange> tiles = [];
        long next = 1;
        foreach (SegmentRange range in ordered)
        {
            if (range.Last < next)
            {
                continue;
            }

            if (range.First > next)
            {
                gaps.Add(new SegmentRange(next, range.First - 1));
            }

            tiles.Add(range);
            next = range.Last + 1;
        }

        return tiles;
    }
}
