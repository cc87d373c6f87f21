using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>
/// Looks for the original of a base64 text of DER with characters too many. The DER's own length field says how many;
/// each run of so many is left out in turn. All candidates are weighed, never just the first: a second one that is
/// proven too means that neither is.
/// </summary>
internal sealed class StraySearch(Scratch scratch, SearchBudget budget)
{
    /// <summary>The length field lies within the first six bytes.</summary>
    private const int HeadLength = 8;

    private const int MaxLength = 24_000;

    private readonly List<Candidate> _found = [];

    /// <summary>What a text can have been.</summary>
    internal static List<Candidate> Find(Base64Text text, Scratch scratch, SearchBudget budget)
    {
        StraySearch search = new(scratch, budget);
        ReadOnlySpan<byte> characters = text.Characters;
        int? expected = Base64Text.ExpectedLength(characters);
        if (expected == characters.Length)
        {
            search.Weigh(characters, isOriginalEnd: false);
        }
        else if (expected == characters.Length + 1 && text.Foreign == 1)
        {
            search.Substitute(characters, text.ForeignAt);
        }
        else
        {
            search.LeaveOut(characters, characters.Length - expected ?? 1);
        }

        return search._found;
    }

    /// <summary>One character of the alphabet stands for a foreign one.</summary>
    private void Substitute(ReadOnlySpan<byte> characters, int at)
    {
        byte[] attempt = scratch.New(characters.Length + 1);
        characters[..at].CopyTo(attempt);
        characters[at..].CopyTo(attempt.AsSpan(at + 1));
        foreach (char c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        {
            attempt[at] = (byte)c;
            Weigh(attempt, isOriginalEnd: true);
        }
    }

    private void LeaveOut(ReadOnlySpan<byte> characters, int run)
    {
        if (run > 0 && run < characters.Length)
        {
            LeaveOut(characters, run, characters.Length - run);
        }

        if (run != 1 && characters.Length > HeadLength)
        {
            // The stray character may be in the length field itself, which then says anything.
            LeaveOut(characters, 1, HeadLength);
        }
    }

    private void LeaveOut(ReadOnlySpan<byte> characters, int run, int last)
    {
        byte[] attempt = scratch.New(characters.Length - run);
        if (characters.Length > MaxLength || !budget.TryTake(last + 1, attempt.Length))
        {
            return;
        }

        characters[run..].CopyTo(attempt);
        for (int i = 0; i <= last; i++)
        {
            if (i > 0)
            {
                // Leaving out the next run instead differs in one character; if in none, it is the same text.
                bool same = attempt[i - 1] == characters[i - 1];
                attempt[i - 1] = characters[i - 1];
                if (same)
                {
                    continue;
                }
            }

            if (i > HeadLength || Base64Text.ExpectedLength(attempt) == attempt.Length)
            {
                Weigh(attempt, isOriginalEnd: true);
            }
        }
    }

    /// <summary>Keeps a text's bytes if they are whole DER of a known kind.</summary>
    private void Weigh(ReadOnlySpan<byte> characters, bool isOriginalEnd)
    {
        int length = Base64Text.DecodedLength(characters.Length);
        if (length < 0)
        {
            return;
        }

        byte[] der = new byte[length];
        bool isExact = Base64Text.Decode(characters, der);
        if ((isExact || !isOriginalEnd) && IsMaterial(der, out MaterialKind kind) && budget.TryTakeCandidate())
        {
            _found.Add(new(kind, scratch.Keep(der)));
            return;
        }

        System.Security.Cryptography.CryptographicOperations.ZeroMemory(der);
    }

    /// <summary>Whether the strict reader takes it for one piece of material.</summary>
    private static bool IsMaterial(byte[] der, out MaterialKind kind)
    {
        kind = default;
        if (!DerTree.IsWhole(der) || DerShape.Identify(der) is not { } found || found is MaterialKind.Pkcs12 or MaterialKind.Pkcs7)
        {
            return false;
        }

        kind = found;
        return (kind != MaterialKind.PrivateKey || DerTree.IsWholeKey(der)) && MaterialComplaint.About(der, "candidate", MaterialReadOptions.Default) is null;
    }
}
