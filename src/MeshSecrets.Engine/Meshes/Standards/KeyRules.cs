using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Standards;

/// <summary>Rules about keys, and about material that cannot be read at all.</summary>
public static class KeyRules
{
    /// <summary>The strict reader reads it.</summary>
    public static MeshRule MaterialUnreadable { get; } = new(
        "MaterialUnreadable",
        RuleSeverity.Error,
        "Proxies and control planes refuse it, often with a message that names neither the file nor the fault; some read a part of it and go on.",
        "Mend it with Repair-MeshSecret, which proves what it mends; otherwise take it anew from where it was made.",
        "RFC 7468, RFC 5280 and X.690, as the strict reader of Get-MeshCertificate applies them",
        subject => subject.Faults.Select(fault => $"{fault.ErrorId}: {fault.Message}"));
}
