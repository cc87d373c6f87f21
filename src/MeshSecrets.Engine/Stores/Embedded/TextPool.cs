using System.Text;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// Hands out one string for texts that come again and again (meshes, types, label keys, issuers): a hundred thousand
/// records share a few hundred of them. A fixed number of slots, the later text taking the earlier one's. Not thread-safe.
/// </summary>
internal sealed class TextPool(int slots = TextPool.Slots)
{
    /// <summary>For reading one record.</summary>
    internal const int FewSlots = 16;

    private const int Slots = 1024;
    private const int LongestPooled = 128;

    private readonly string?[] _texts = new string?[slots];

    internal string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestPooled)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        uint hash = 2166136261;
        foreach (byte b in utf8)
        {
            hash = (hash ^ b) * 16777619;
        }

        ref string? slot = ref _texts[(hash ^ (hash >> 15)) % (uint)slots];
        if (slot is null || !Equal(slot, utf8))
        {
            slot = Encoding.UTF8.GetString(utf8);
        }

        return slot;
    }

    private static bool Equal(string text, ReadOnlySpan<byte> utf8) =>
        text.Length == utf8.Length
            ? Ascii.Equals(utf8, text)
            : text.Length < utf8.Length && Encoding.UTF8.GetByteCount(text) == utf8.Length && Encoding.UTF8.GetString(utf8) == text;
}
