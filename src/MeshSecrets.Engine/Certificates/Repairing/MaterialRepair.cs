using System.Security.Cryptography;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>
/// Restores broken certificates, requests and keys. Every fault that the strict reader knows is found and, where that
/// is possible, mended; what was only wrapped wrongly is unwrapped, and where a character is one too many all places
/// are tried. Nothing is guessed: a result counts only if it is proven to be the original.
/// </summary>
public static class MaterialRepair
{
    /// <summary>The most bytes of a content, 16 MiB: a repair reads the whole once for each kind of fault.</summary>
    public const int MaxSize = 16 * 1024 * 1024;

    private static readonly Mend s_decodeField = new("Encode the value anew, without the stray character", LayerMends.Unwrap, IsDecoding: true);

    /// <summary>Examines contents that belong together, so that a key, its certificate and its issuer prove each other.</summary>
    /// <param name="group">The fields of a secret, or files of one place.</param>
    /// <param name="options">With the password of a PKCS#12 file; envelopes are not opened. <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>A report for each, in their order; to be disposed.</returns>
    public static IReadOnlyList<RepairReport> Examine(IReadOnlyList<RepairInput> group, MaterialReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Examine(group, options, out _, cancellationToken);

    /// <summary>The same, and how many possible originals were weighed.</summary>
    internal static IReadOnlyList<RepairReport> Examine(IReadOnlyList<RepairInput> group, MaterialReadOptions? options, out int candidates, CancellationToken cancellationToken = default)
    {
        using Scratch scratch = new();
        MaterialReadOptions inner = new() { Password = options?.Password ?? default, MaxSize = Math.Min(MaxSize, options?.MaxSize ?? MaxSize) };
        List<ContentRepair> repairs = [.. group.Select(input => Mend(input, inner, scratch, cancellationToken))];
        Proving proving = new(repairs);
        proving.Decide(cancellationToken);
        candidates = repairs.Sum(repair => repair.Budget.Candidates);
        Dictionary<string, PairCheck> pairs = group.Zip(repairs).GroupBy(pair => pair.First.Place ?? "").ToDictionary(
            place => place.Key,
            place => PairCheck.Of([.. place.Select(pair => pair.First)], [.. place.Select(pair => pair.Second)], proving));
        return [.. group.Zip(repairs, (input, repair) => new RepairResult(input, repair, proving, pairs[input.Place ?? ""]).ToReport())];
    }

    private static ContentRepair Mend(RepairInput input, MaterialReadOptions options, Scratch scratch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ContentRepair repair = new(input.Source, input.GetContent(), options, scratch, new SearchBudget());
        if (input.EncodingFault is { } fault)
        {
            repair.MendEncoding(fault, s_decodeField);
        }

        repair.Run();
        if (!repair.IsStuck && repair.Faults.Count > 0)
        {
            ChangedContent.Open(repair);
        }

        return repair;
    }
}
