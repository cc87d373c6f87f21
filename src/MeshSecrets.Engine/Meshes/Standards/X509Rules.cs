using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Standards;

/// <summary>General lint of certificates, chains, keys and revocation lists: RFC 5280, and what today's software refuses.</summary>
internal static class X509Rules
{
    internal static RuleSet Set { get; } = new(
        "X509",
        "certificates, chains and keys by RFC 5280, whatever the mesh",
        [
            KeyRules.MaterialUnreadable,
        ])
    {
        Fits = subject => !subject.Chain.IsEmpty || !subject.Roots.IsEmpty || subject.Key is not null || !subject.Faults.IsEmpty,
    };
}
