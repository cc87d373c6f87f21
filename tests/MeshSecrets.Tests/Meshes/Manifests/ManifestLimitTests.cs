using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Tests.Meshes.Manifests;

/// <summary>Whatever the text, it ends in a clear error, soon and with little memory.</summary>
public sealed class ManifestLimitTests
{
    private const long Megabyte = 1L << 20;

    public static TheoryData<string, string, string, string, string> Endless => new()
    {
        { "one scalar", "kind: Secret\nstringData:\n  a: ", "x", "\n", "ManifestTooLarge" },
        { "one quoted scalar", "kind: Secret\nstringData:\n  a: \"", "x", "\"\n", "ManifestTooLarge" },
        { "one scalar of escapes", "kind: Secret\nstringData:\n  a: \"", "\\n", "\"\n", "ManifestTooLarge" },
        { "one block", "kind: Secret\nstringData:\n  a: |\n", "    x\n", "", "ManifestTooLarge" },
        { "one folded scalar of lines", "kind: Secret\nstringData:\n  a:\n", "    x\n\n", "", "ManifestTooLarge" },
        { "brackets", "", "[", "", "ManifestInvalid" },
        { "braces", "kind: Secret\ndata: ", "{a: ", "", "ManifestInvalid" },
        { "indented dashes", "kind: Secret\ndata:\n", "- ", "", "ManifestInvalid" },
        { "names of names", "kind: Secret\n", "? ", "a", "ManifestInvalid" },
        { "braces of braces", "a: ", "{", "", "ManifestInvalid" },
        { "a comment", "# ", "x", "\nkind: Secret\n", "ManifestTooLarge" },
        { "comments", "", "# x\n", "kind: Secret\n", "ManifestTooLarge" },
        { "blanks", "", " ", "kind: Secret\n", "ManifestTooLarge" },
        { "empty lines", "kind: Secret\n", "\n", "data: {}\n", "ManifestTooLarge" },
        { "NUL", "", "\0", "", "ManifestInvalid" },
        { "NUL within", "kind: Secret\ndata:\n  a: ", "\0", "", "ManifestInvalid" },
        { "fields", "kind: Secret\ndata:\n", "  a: b\n", "", "ManifestTooLarge" },
        { "entries", "kind: Secret\ndata: [", "a,", "]", "ManifestTooLarge" },
        { "anchors", "kind: Secret\ndata: [", "&a a, *a, ", "]", "ManifestTooLarge" },
        { "directives", "", "%TAG !a! b\n", "---\nkind: Secret\n", "ManifestInvalid" },
        { "one long name", "kind: Secret\n", "x", ": 1\n", "ManifestTooLarge" },
        { "one item of a list", "items:\n- a: ", "x", "\n", "ManifestTooLarge" },
        { "JSON of one string", "{\"kind\":\"Secret\",\"data\":{\"a\":\"", "x", "\"}}", "ManifestTooLarge" },
        { "JSON of one name", "{\"", "x", "\":1}", "ManifestTooLarge" },
        { "JSON of one number", "{\"a\":", "1", "}", "ManifestTooLarge" },
        { "JSON of brackets", "{\"a\":", "[", "", "ManifestInvalid" },
        { "JSON of entries", "{\"a\":[1", ",1", "]}", "ManifestTooLarge" },
        { "JSON of blanks", "{\"a\":1}", " ", "{}", "ManifestTooLarge" },
        { "JSON of one item", "{\"items\":[{\"a\":[1", ",10000000000000000000000000000000000000000000", "]}", "ManifestTooLarge" },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public void A_gigabyte_of_it_is_refused_in_bounded_memory(string what, string beginning, string piece, string end, string errorId)
    {
        using GeneratedStream stream = new(beginning, piece, end, GeneratedStream.Gigabyte);
        long before = GC.GetAllocatedBytesForCurrentThread();
        MeshException error = Assert.Throws<MeshException>(() => ManifestReader.Read(stream, "endless", Swallow).Count());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(errorId == error.ErrorId, $"{what}: {error.ErrorId}: {error.Message}");
        Assert.StartsWith("endless", error.Message, StringComparison.Ordinal);
        Assert.True(stream.Position < 9 * Megabyte, $"{what}: {stream.Position} bytes were read.");

        // All that was ever allocated, so the peak is less.
        Assert.True(allocated < 128 * Megabyte, $"{what}: {allocated / Megabyte} MiB were allocated.");
    }

    [Theory]
    [InlineData("", "---\nkind: A\nmetadata: {name: a}\ndata: {a: YWJjZGVmZ2hpamtsbW5vcA==}\n", "")]
    [InlineData("apiVersion: v1\nitems:\n", "- kind: A\n  metadata: {name: a}\n  data: {a: YWJjZGVmZ2hpamtsbW5vcA==}\n", "kind: List\n")]
    [InlineData("{\"items\":[{\"kind\":\"A\"}", ",{\"kind\":\"A\",\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\"YWJjZGVmZ2hpamtsbW5vcA==\"}}", "]}")]
    public void Many_small_objects_stream(string beginning, string piece, string end)
    {
        const long Size = 6 * Megabyte;
        using GeneratedStream stream = new(beginning, piece, end, Size);
        long peak = 0;
        long count = 0;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (Manifest manifest in ManifestReader.Read(stream, "many"))
        {
            Assert.Equal("A", manifest.Kind);
            if (++count % 20_000 == 0)
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.InRange(count, Size / (piece.Length + 1), Size / piece.Length + 1);
        Assert.InRange(peak, 0, 16 * Megabyte);
    }

    [Fact]
    public void What_a_secret_may_have_is_within_the_limits()
    {
        using GeneratedStream stream = new("kind: Secret\nmetadata: {name: a}\ndata:\n  a: ", "QUJD", "\n", 2 * Megabyte);
        Assert.InRange(Assert.Single(ManifestReader.Read(stream, "large")).Root.Find("data")!["a"]!.Length, Megabyte, 2 * Megabyte);
    }

    /// <summary>Errors of single objects do not end the reading; limits do.</summary>
    private static void Swallow(MeshException error) => Assert.Equal("ManifestInvalid", error.ErrorId);
}
