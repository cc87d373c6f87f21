namespace MeshSecrets.Certificates.Repairing;

/// <summary>
/// Bounds the work of a repair, whatever it is given: a stranger's file must not keep a processor busy for minutes.
/// </summary>
internal sealed class SearchBudget
{
    /// <summary>Enough to look for a stray character everywhere in a key of RSA with 16384 bits.</summary>
    private const long MaxCharacters = 600_000_000;

    /// <summary>More than the characters of the longest number in such a key, of which each may be the stray one.</summary>
    private const int MaxCandidates = 4096;

    private long _characters;

    /// <summary>How many possible originals were found.</summary>
    internal int Candidates { get; private set; }

    /// <summary>Whether something was left untried: what was found then may not be the only one.</summary>
    internal bool IsExhausted { get; private set; }

    /// <summary>Asks for the decoding of a text this often.</summary>
    internal bool TryTake(long times, int length)
    {
        if (_characters + (times * length) > MaxCharacters)
        {
            IsExhausted = true;
            return false;
        }

        _characters += times * length;
        return true;
    }

    /// <summary>Asks for one more candidate that must be proven.</summary>
    internal bool TryTakeCandidate()
    {
        if (Candidates >= MaxCandidates)
        {
            IsExhausted = true;
            return false;
        }

        Candidates++;
        return true;
    }
}
