using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>A possible original: of the right form, and not yet proven.</summary>
internal sealed record Candidate(MaterialKind Kind, byte[] Der)
{
    /// <summary>Its kind, never its content.</summary>
    public override string ToString() => Kind.ToString();
}
