using MeshSecrets.Certificates;

namespace MeshSecrets;

/// <summary>A trust bundle: the certificates that a mesh trusts, each once.</summary>
public sealed class MeshCaBundle
{
    private readonly TrustBundle _bundle;

    internal MeshCaBundle(TrustBundle bundle, IReadOnlyDictionary<string, string> sources, string? path, string format = "Pem")
    {
        _bundle = bundle;
        Certificates = [.. bundle.Certificates.Select(certificate => new MeshCertificate(certificate, sources[certificate.Thumbprint]))];
        Path = path;
        Format = format;
    }

    /// <summary>How many certificates it has.</summary>
    public int Count => Certificates.Count;

    /// <summary>The certificates.</summary>
    public IReadOnlyList<MeshCertificate> Certificates { get; }

    /// <summary>When the first of them expires (UTC); nothing if it is empty.</summary>
    public DateTime? NotAfter => _bundle.Certificates.IsEmpty ? null : _bundle.Certificates.Min(certificate => certificate.NotAfter).UtcDateTime;

    /// <summary>The form in which it was written: Pem, or that of a mesh.</summary>
    public string Format { get; }

    /// <summary>The file or folder it was written to, or nothing.</summary>
    public string? Path { get; }

    /// <summary>All certificates in PEM.</summary>
    public string Pem => _bundle.Certificates.ToPem();

    /// <summary>The bundle in PEM.</summary>
    /// <returns>The PEM.</returns>
    public override string ToString() => Pem;
}
