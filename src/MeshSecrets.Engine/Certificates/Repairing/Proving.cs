using System.Security.Cryptography;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>
/// Decides the choices of a group: what is certain proves its neighbours, and what is proven is certain from then on.
/// A choice is decided only if exactly one of all that it can be is proven.
/// </summary>
internal sealed class Proving
{
    private readonly Evidence _evidence = new();
    private readonly List<Choice> _open = [];

    private sealed record Choice(ContentRepair Owner, int Ordinal, List<Candidate> Candidates);

    internal Proving(IEnumerable<ContentRepair> group)
    {
        foreach (ContentRepair repair in group.Where(repair => !repair.IsStuck))
        {
            IReadOnlyList<RepairedItem> items = RepairedItem.ReadAll(repair);
            foreach (RepairedItem item in items.Where(item => !repair.Choices.ContainsKey(item.Ordinal)))
            {
                _evidence.Add(item.Candidate);
            }

            if (!repair.Budget.IsExhausted)
            {
                _open.AddRange(repair.Choices.Select(choice => new Choice(repair, choice.Key, choice.Value)));
            }
        }
    }

    /// <summary>What was decided.</summary>
    internal Dictionary<(ContentRepair Owner, int Ordinal), Candidate> Decisions { get; } = [];

    /// <summary>What proves an item, now that all is decided.</summary>
    internal RepairProof Of(Candidate item) => _evidence.Of(item);

    /// <summary>Whether that is at hand which should have signed an item.</summary>
    internal bool HasIssuer(Candidate item) => _evidence.HasIssuer(item);

    /// <summary>Goes round until nothing more is proven.</summary>
    internal void Decide(CancellationToken cancellationToken)
    {
        bool isProgress = true;
        while (isProgress)
        {
            isProgress = false;
            foreach (Choice choice in _open.ToArray())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TheOnlyProven(choice.Candidates) is { } proven)
                {
                    Decisions[(choice.Owner, choice.Ordinal)] = proven;
                    _evidence.Add(proven);
                    _open.Remove(choice);
                    isProgress = true;
                }
            }
        }
    }

    private Candidate? TheOnlyProven(List<Candidate> candidates)
    {
        (Candidate Candidate, int Strength)[] proven =
            [.. candidates.Select(candidate => (candidate, Strength(candidate, _evidence.Of(candidate)))).Where(pair => pair.Item2 > 0).OrderByDescending(pair => pair.Item2)];
        Candidate[] strongest =
        [
            .. proven.TakeWhile(pair => pair.Strength == proven[0].Strength)
                .Select(pair => pair.Candidate)
                .DistinctBy(candidate => Convert.ToHexString(SHA256.HashData(candidate.Der))),
        ];
        return strongest is [Candidate only] ? only : null;
    }

    /// <summary>
    /// A proof by the item itself outweighs a public key beside it, which is none for a certificate or request: it leaves
    /// the names and all else open.
    /// </summary>
    private static int Strength(Candidate item, RepairProof proof)
    {
        bool own = (proof & (RepairProof.KeyConsistent | RepairProof.SignatureVerified)) != 0;
        bool shared = proof.HasFlag(RepairProof.SamePublicKey) && (own || item.Kind == MaterialKind.PublicKey || KeyProof.IsPlain(item));
        return (own ? 2 : 0) + (shared ? 1 : 0);
    }
}
