using System.Buffers;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>
/// Finds what is not as it was read: only a block whose base64 stands in the given text character by character, with
/// none left out, put in or replaced, is there intact. Anything else must be proven, whichever mend did it.
/// </summary>
internal static class ChangedContent
{
    private static readonly SearchValues<byte> s_alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>Makes each changed item a choice of one, which counts only if it is proven.</summary>
    internal static void Open(ContentRepair repair)
    {
        HashSet<int>? changed = repair.IsDecodedFreely ? null : Blocks(repair);
        if (changed is { Count: 0 })
        {
            return;
        }

        foreach (IGrouping<int, RepairedItem> block in RepairedItem.ReadAll(repair).GroupBy(item => item.Ordinal))
        {
            if ((changed is null || changed.Contains(block.Key)) && !repair.Choices.ContainsKey(block.Key))
            {
                // Of a container (PKCS#7), no single item can be proven to be the whole.
                repair.Choose(block.Key, [.. block.Count() == 1 ? block.Select(item => item.Candidate) : []]);
            }
        }
    }

    /// <summary>The positions of the blocks that the text does not hold as they are.</summary>
    private static HashSet<int> Blocks(ContentRepair repair)
    {
        HashSet<int> changed = [];
        if (!BinaryForm.IsText(repair.Content.Span))
        {
            return changed;
        }

        ReadOnlySpan<byte> given = Letters(repair.Read.Span, repair.Scratch);
        List<ReadOnlyMemory<byte>> lines = TextLines.Split(repair.Content);
        foreach ((int ordinal, PemSegment block) in PemSegment.FindAll(lines).Index())
        {
            ReadOnlySpan<byte> body = Letters(TextLines.Join(block.Body(lines), repair.Scratch), repair.Scratch);
            int at = given.IndexOf(body);
            if (at < 0)
            {
                changed.Add(ordinal);
            }
            else
            {
                given = given[(at + body.Length)..];
            }
        }

        return changed;
    }

    private static ReadOnlySpan<byte> Letters(ReadOnlySpan<byte> text, Scratch scratch)
    {
        byte[] letters = scratch.New(text.Length);
        int count = 0;
        foreach (byte c in text)
        {
            if (s_alphabet.Contains(c))
            {
                letters[count++] = c;
            }
        }

        return letters.AsSpan(0, count);
    }
}
