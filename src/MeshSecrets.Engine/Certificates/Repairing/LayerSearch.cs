using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>
/// Looks for the original of base64 that encodes a text (PEM, or base64 again) and has a stray character. The text has
/// no length field; but a wrong choice garbles it, and what it then encodes must be read by the strict reader as it is.
/// </summary>
internal sealed class LayerSearch(ContentRepair repair)
{
    private const int MaxLength = 24_000;

    private readonly List<ContentRepair> _found = [];

    /// <summary>The PEM of what was found; the choices are left to <see cref="ContentRepair.Choose"/>.</summary>
    internal byte[]? Find(Base64Text text)
    {
        ReadOnlySpan<byte> characters = text.Characters;
        if (characters.Length is < 32 or > MaxLength || text.Foreign > 4 || !repair.Budget.TryTake(characters.Length, characters.Length))
        {
            return null;
        }

        if (text.Foreign > 0)
        {
            Weigh(characters);
        }

        byte[] attempt = repair.Scratch.Keep(characters[1..].ToArray());
        Weigh(attempt);
        for (int i = 1; i < characters.Length; i++)
        {
            bool same = attempt[i - 1] == characters[i - 1];
            attempt[i - 1] = characters[i - 1];
            if (!same)
            {
                Weigh(attempt);
            }
        }

        return Choose();
    }

    private void Weigh(ReadOnlySpan<byte> characters)
    {
        int length = Base64Text.DecodedLength(characters.Length);
        if (length <= 0)
        {
            return;
        }

        byte[] decoded = new byte[length];
        if (Base64Text.Decode(characters, decoded) && LayerMends.IsText(decoded) && repair.Budget.TryTakeCandidate())
        {
            ContentRepair inner = repair.Inner(repair.Scratch.Keep(decoded));
            inner.Run();
            if (!inner.IsStuck)
            {
                _found.Add(inner);
            }

            return;
        }

        CryptographicOperations.ZeroMemory(decoded);
    }

    /// <summary>Where the possible originals differ in an item, that item is a choice of its own.</summary>
    private byte[]? Choose()
    {
        List<List<Candidate>> contents = _found.ConvertAll(found => found.ReadItems());
        if (contents.Count == 0 || contents.Exists(items => items.Count != contents[0].Count))
        {
            return null;
        }

        for (int i = 0; i < contents[0].Count; i++)
        {
            List<Candidate> choice = [.. contents.Select(items => items[i]).DistinctBy(item => Convert.ToHexString(SHA256.HashData(item.Der)))];
            repair.Choose(i, choice);
        }

        repair.AddInnerFaults(_found[0].Faults);
        return JoinedMaterial.ToPem(contents[0], repair.Scratch);
    }
}
