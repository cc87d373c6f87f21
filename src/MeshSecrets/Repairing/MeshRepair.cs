using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Commands;

namespace MeshSecrets;

/// <summary>What Repair-MeshSecret found in one file or value, and what became of it. It holds no content.</summary>
public sealed class MeshRepair
{
    private const string FaultRemains = "FaultRemains";

    internal MeshRepair(RepairReport report, string? path = null, string? key = null)
    {
        Source = report.Source;
        Path = path;
        Key = key;
        Status = OnlyFaultRemains(report) ? FaultRemains : report.Status.ToString();
        FaultId = [.. report.Faults.Select(fault => fault.Id)];
        RemainingFaultId = [.. report.Faults.Where(fault => fault.Mend is null).Select(fault => fault.Id)];
        Fault = [.. report.Faults.Select(fault => fault.Message)];
        Mend = [.. report.Faults.Select(fault => fault.Mend).OfType<string>()];
        Proof = report.Proof.ToString();
        IsProven = report.IsProven;
        Kind = report.Items.Count == 0 ? null : string.Join(", ", report.Items.Select(item => item.Kind).Distinct());
        PublicKeyThumbprint = report.Items.Select(ThumbprintOf).FirstOrDefault(thumbprint => thumbprint is not null);
    }

    /// <summary>Where it was found.</summary>
    public string Source { get; }

    /// <summary>The file; nothing for text and for secrets of a store.</summary>
    public string? Path { get; }

    /// <summary>The name of the secret in the store, or of the object in a manifest; nothing for other files.</summary>
    public string? Name { get; internal init; }

    /// <summary>The mesh of a secret, or nothing.</summary>
    public string? Mesh { get; internal init; }

    /// <summary>The namespace of a secret, or nothing.</summary>
    public string? Namespace { get; internal init; }

    /// <summary>The data key of a value; nothing for files.</summary>
    public string? Key { get; }

    /// <summary>What it holds: <c>Certificate</c>, <c>CertificateRequest</c>, <c>PrivateKey</c>, …, or several; nothing if that cannot be said.</summary>
    public string? Kind { get; }

    /// <summary>
    /// <c>Sound</c>; <c>Proposed</c>; with -Apply <c>Mended</c> once it is written, or <c>FaultRemains</c> if it is whole
    /// then but still not what belongs there, now and whenever it is examined again; or <c>Unmendable</c>.
    /// </summary>
    public string Status { get; private set; }

    /// <summary>The strict reader's identifiers of the faults, in the order in which it comes upon them.</summary>
    public string[] FaultId { get; }

    /// <summary>Of these, the ones that no mend takes away: for you to see to, as <see cref="Fault"/> says.</summary>
    public string[] RemainingFaultId { get; }

    /// <summary>What is wrong, where, and what to do.</summary>
    public string[] Fault { get; }

    /// <summary>What mends the faults; for those that nothing mends, nothing stands here.</summary>
    public string[] Mend { get; }

    /// <summary>What proves the result: <c>Lossless</c>, <c>KeyConsistent</c>, <c>SignatureVerified</c>, <c>SamePublicKey</c>, or several.</summary>
    public string Proof { get; }

    /// <summary>Whether it is proven to be the original; only then -Apply writes it.</summary>
    public bool IsProven { get; }

    /// <summary>SHA-256 of the (first) public key, by which certificate, request and key are matched.</summary>
    public string? PublicKeyThumbprint { get; }

    /// <summary>Where the broken original was kept; nothing if nothing was written in its place.</summary>
    public string? BackupPath { get; internal set; }

    /// <summary>Source and status.</summary>
    /// <returns>For example <c>site.key: Proposed</c>.</returns>
    public override string ToString() => $"{Source}: {Status}";

    /// <summary>Whether there is nothing to mend: the content is whole, but not what belongs in its place.</summary>
    internal static bool OnlyFaultRemains(RepairReport report) => report is { Status: RepairStatus.Unmendable, IsProven: true };

    /// <summary>Notes that the mended content was written.</summary>
    internal void MarkWritten() => Status = RemainingFaultId.Length > 0 ? FaultRemains : "Mended";

    private static string? ThumbprintOf(MaterialItem item)
    {
        if (item.Kind is MaterialKind.Certificate or MaterialKind.CertificateRequest)
        {
            return PublicKeyHash.Of(KeyPairCheck.SubjectPublicKeyInfo(item.GetDer(), item.Source));
        }

        return RepairReport.PublicKeyOf(item) is { IsEmpty: false } publicKey ? PublicKeyHash.Of(publicKey) : null;
    }
}
