using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>
/// Mends one content: asks the strict reader, mends what it complains of, asks again, until it reads the content or
/// complains of what cannot be mended. Where the original is not certain, all that it can have been is kept as a choice,
/// which <see cref="Proving"/> decides.
/// </summary>
internal sealed class ContentRepair(string source, ReadOnlyMemory<byte> content, MaterialReadOptions options, Scratch scratch, SearchBudget budget)
{
    /// <summary>More different faults than any text was ever seen to have; each costs a reading of the whole.</summary>
    private const int MaxFaults = 40;

    private readonly List<RepairFault> _innerFaults = [];

    internal string Source => source;

    internal MaterialReadOptions Options => options;

    internal Scratch Scratch => scratch;

    internal SearchBudget Budget => budget;

    /// <summary>The content as mended so far.</summary>
    internal ReadOnlyMemory<byte> Content { get; private set; } = content;

    /// <summary>The content as it was given, or as decoding gave it: what is there intact stands in it.</summary>
    internal ReadOnlyMemory<byte> Read { get; private set; } = content;

    /// <summary>Whether a mend took apart, byte by byte, what it then encodes anew.</summary>
    internal bool IsReencoded { get; set; }

    /// <summary>Whether a layer was decoded in which characters were replaced, or were missing: nothing in it is certain.</summary>
    internal bool IsDecodedFreely { get; set; }

    internal List<RepairFault> Faults { get; } = [];

    /// <summary>By the position of a block: all that it can have been. The text holds the first.</summary>
    internal SortedDictionary<int, List<Candidate>> Choices { get; } = [];

    /// <summary>Whether a fault remains that cannot be mended.</summary>
    internal bool IsStuck { get; private set; }

    /// <summary>Whether only such mends are allowed that leave no choice.</summary>
    internal bool IsLosslessOnly { get; private init; }

    /// <summary>The same for a content within this one, which must be read without a search of its own.</summary>
    internal ContentRepair Inner(byte[] inner) => new(source, inner, options, scratch, budget) { IsLosslessOnly = true };

    /// <summary>Mends fault after fault.</summary>
    internal void Run()
    {
        while (!IsStuck && MaterialComplaint.About(Content, source, options) is { } complaint)
        {
            Mend(complaint, MendTable.Find(complaint.ErrorId));
        }
    }

    /// <summary>Takes the value out of a field whose base64 is broken; PEM that was never encoded stands there as it is.</summary>
    internal void MendEncoding(MeshException complaint, Mend decode)
    {
        if (PemReader.HasBoundary(Content.Span))
        {
            Faults.Add(new(complaint.ErrorId, complaint.Message, "Encode the value"));
            return;
        }

        Mend(complaint, decode);
    }

    /// <summary>Records what a block can have been.</summary>
    /// <returns>Whether a choice is allowed.</returns>
    internal bool Choose(int ordinal, List<Candidate> candidates)
    {
        if (!IsLosslessOnly)
        {
            Choices[ordinal] = candidates;
        }

        return !IsLosslessOnly;
    }

    internal void AddInnerFaults(IEnumerable<RepairFault> faults) => _innerFaults.AddRange(faults);

    /// <summary>What the content holds now that the strict reader reads it.</summary>
    internal List<Candidate> ReadItems()
    {
        using MaterialSet items = MaterialReader.Read(Content, source, options);
        return [.. items.Select(item => new Candidate(item.Kind, scratch.Keep(item.GetDer().ToArray())))];
    }

    private void Mend(MeshException complaint, Mend? mend)
    {
        byte[]? mended = Faults.Count < MaxFaults ? mend?.Apply(this) : null;
        if (mended is null || mended.AsSpan().SequenceEqual(Content.Span))
        {
            Faults.Add(new(complaint.ErrorId, complaint.Message, Mend: null));
            IsStuck = true;
            return;
        }

        Content = mended;
        if (mend!.IsDecoding || IsReencoded || !BinaryForm.IsText(mended))
        {
            Read = mended;
            IsReencoded = false;
        }

        Faults.Add(new(complaint.ErrorId, complaint.Message, mend.Description));
        Faults.AddRange(_innerFaults);
        _innerFaults.Clear();
    }
}
