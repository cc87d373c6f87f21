using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Whether the certificate (or request) and the key of a TLS secret belong together.</summary>
internal sealed class PairCheck
{
    private readonly ContentRepair? _certificate;
    private readonly ContentRepair? _key;
    private readonly MeshException? _mismatch;

    private PairCheck(ContentRepair? certificate, ContentRepair? key, MeshException? mismatch)
    {
        _certificate = certificate;
        _key = key;
        _mismatch = mismatch;
    }

    /// <summary>Compares the one content where a certificate is expected with the one where a key is.</summary>
    internal static PairCheck Of(IReadOnlyList<RepairInput> group, IReadOnlyList<ContentRepair> repairs, Proving proving)
    {
        ContentRepair? certificate = TheOnly(group, repairs, MaterialKind.Certificate);
        ContentRepair? key = TheOnly(group, repairs, MaterialKind.PrivateKey);
        return new(certificate, key, certificate is null || key is null ? null : Compare(certificate, key, proving));
    }

    /// <summary>Adds the fault to the certificate's; what was restored by a choice is then not proven.</summary>
    internal bool Refuses(ContentRepair repair, List<RepairFault> faults)
    {
        if (_mismatch is null || (repair != _certificate && repair != _key))
        {
            return false;
        }

        if (repair == _certificate)
        {
            faults.Add(new(_mismatch.ErrorId, _mismatch.Message, Mend: null));
        }

        return repair.Choices.Count > 0;
    }

    private static ContentRepair? TheOnly(IReadOnlyList<RepairInput> group, IReadOnlyList<ContentRepair> repairs, MaterialKind kind)
    {
        ContentRepair[] found = [.. group.Zip(repairs).Where(pair => pair.First.Expected == kind).Select(pair => pair.Second)];
        return found is [ContentRepair only] ? only : null;
    }

    private static MeshException? Compare(ContentRepair certificate, ContentRepair key, Proving proving)
    {
        Candidate? first = Decided(certificate, proving).FirstOrDefault(item => item.Kind is MaterialKind.Certificate or MaterialKind.CertificateRequest);
        Candidate? secret = Decided(key, proving).FirstOrDefault(item => item.Kind is MaterialKind.PrivateKey or MaterialKind.EcPrivateKey or MaterialKind.RsaPrivateKey);
        if (first is null || secret is null)
        {
            return null;
        }

        using PrivateKey? held = KeyProof.Import(secret);
        try
        {
            if (held is not null)
            {
                KeyPairCheck.EnsureMatch(held, key.Source, first.Der, certificate.Source);
            }

            return null;
        }
        catch (MeshException mismatch)
        {
            return mismatch; // The answer asked for.
        }
    }

    private static IEnumerable<Candidate> Decided(ContentRepair repair, Proving proving) => repair.IsStuck ? [] : RepairedItem.ReadAll(repair)
        .Select(item => repair.Choices.ContainsKey(item.Ordinal) ? proving.Decisions.GetValueOrDefault((repair, item.Ordinal)) : item.Candidate)
        .OfType<Candidate>();
}
