using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Makes the report of one content once its group is decided.</summary>
internal sealed class RepairResult(RepairInput input, ContentRepair repair, Proving proving, PairCheck pair)
{
    private readonly List<RepairFault> _faults = [.. repair.Faults];
    private bool _isLost;

    internal RepairReport ToReport()
    {
        if (repair.IsStuck)
        {
            return new(input, _faults, new MaterialSet(), []);
        }

        IReadOnlyList<RepairedItem> read = RepairedItem.ReadAll(repair);
        MaterialSet items = new();
        RepairProof proof = RepairProof.None;
        bool isProven = true;
        foreach (RepairedItem item in read)
        {
            bool isChoice = repair.Choices.ContainsKey(item.Ordinal);
            Candidate? decided = isChoice ? proving.Decisions.GetValueOrDefault((repair, item.Ordinal)) : item.Candidate;
            if (decided is null)
            {
                isProven = false;
                continue;
            }

            RepairProof itsProof = proving.Of(decided);
            proof |= itsProof | (isChoice || repair.Faults.Count == 0 ? RepairProof.None : RepairProof.Lossless);
            items.Add(decided.Kind, decided.Der.AsSpan().ToArray(), new(input.Source, item.Line));
            CheckContent(decided, itsProof);
        }

        if (isProven)
        {
            CheckExpected(items);
            isProven = !pair.Refuses(repair, _faults);
        }

        bool isMended = isProven && !_isLost && repair.Faults.Count > 0;
        return new(input, _faults, items, isMended ? Content(items) : [])
        {
            Proof = isProven ? proof : RepairProof.None,
            IsProven = isProven && !_isLost,
            IsAmbiguous = !isProven,
            IsExcerpt = isMended && BinaryForm.IsText(repair.Content.Span) && HasTextAround(),
        };
    }

    /// <summary>What is whole in form may still be broken within: nothing mends that.</summary>
    private void CheckContent(Candidate item, RepairProof itsProof)
    {
        MeshException? fault = null;
        if (item.Kind is MaterialKind.PrivateKey or MaterialKind.EcPrivateKey or MaterialKind.RsaPrivateKey)
        {
            fault = KeyProof.Fault(item, input.Source, out PrivateKey? key);
            key?.Dispose();
        }
        else if (item.Kind == MaterialKind.CertificateRequest)
        {
            fault = Evidence.RequestFault(item.Der, input.Source);
        }
        else if (item.Kind is MaterialKind.Certificate or MaterialKind.Crl && repair.Faults.Count > 0)
        {
            fault = Evidence.FormFault(item, input.Source) ?? SignatureFault(item, itsProof);
        }

        // A kind that is not known here is no fault; but what was mended must be proven, and that cannot be.
        bool isUnknown = fault?.ErrorId is "PrivateKeyAlgorithmUnsupported" or "SignatureAlgorithmUnsupported";
        if (fault is not null && (!isUnknown || repair.Faults.Count > 0))
        {
            _faults.Add(new(fault.ErrorId, fault.Message, Mend: null));
            _isLost = true;
        }
    }

    /// <summary>Where the issuer is at hand, its signature decides, also about bytes that were only wrapped wrongly.</summary>
    private MeshException? SignatureFault(Candidate item, RepairProof itsProof) => item.Kind switch
    {
        _ when itsProof.HasFlag(RepairProof.SignatureVerified) || !proving.HasIssuer(item) => null,
        MaterialKind.Crl => ProofErrors.CrlNotProven(input.Source),
        _ => ProofErrors.CertificateNotProven(input.Source),
    };

    /// <summary>What is restored is what it was, even if something else was meant to stand there.</summary>
    private void CheckExpected(MaterialSet items)
    {
        MeshException? fault = input.Expected switch
        {
            MaterialKind.Certificate when items.FirstOrDefault(item => item.Kind != MaterialKind.Certificate) is { } other => ReadErrors.CertificateExpected(other),
            MaterialKind.PrivateKey when !items.Any(item => item.Kind.IsPrivateKey()) => ReadErrors.PrivateKeyMissing(input.Source, items),
            _ => null,
        };
        if (fault is not null)
        {
            _faults.Add(new(fault.ErrorId, fault.Message, Mend: null));
        }
    }

    private bool HasTextAround()
    {
        List<ReadOnlyMemory<byte>> lines = TextLines.Split(repair.Content);
        HashSet<int> inside = [.. PemSegment.FindAll(lines).SelectMany(block => Enumerable.Range(block.Begin, block.End - block.Begin + 1))];
        return lines.Index().Any(line => !inside.Contains(line.Index) && !line.Item.Span.Trim(" \t"u8).IsEmpty);
    }

    private byte[] Content(MaterialSet items)
    {
        ReadOnlySpan<byte> content = repair.Content.Span;
        bool isContainer = items.DistinctBy(item => item.Line).Count() < items.Count;
        if (!BinaryForm.IsText(content) || isContainer)
        {
            return !isContainer && items.Count == 1 ? items[0].GetDer().ToArray() : content.ToArray();
        }

        using Scratch scratch = new();
        return JoinedMaterial.ToPem([.. items.Select(item => new Candidate(item.Kind, scratch.Keep(item.GetDer().ToArray())))], scratch).AsSpan().ToArray();
    }
}
