using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Rules;

/// <summary>
/// What rules judge: a certificate with what came with it, a secret, or a resource; and what is known of its
/// surroundings. A rule that needs a part that is not there has no finding.
/// </summary>
public sealed record RuleSubject
{
    /// <summary>What findings are said to be about: a path, or a secret's or resource's name.</summary>
    public required string Target { get; init; }

    /// <summary>The certificate that is judged, then those that came with it, in their order; empty for a resource or a secret without certificates.</summary>
    public ImmutableArray<CertificateInfo> Chain { get; init; } = [];

    /// <summary>What is to be trusted (<c>ca.crt</c>, <c>root-cert.pem</c>); empty if nothing came with it.</summary>
    public ImmutableArray<CertificateInfo> Roots { get; init; } = [];

    /// <summary>Revocation lists that came with it (DER).</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Crls { get; init; } = [];

    /// <summary>What is known of the private key, or <see langword="null"/> if none came with it.</summary>
    public KeyFacts? Key { get; init; }

    /// <summary>Material of it that the strict reader refused, and that is therefore in none of the other properties.</summary>
    public ImmutableArray<MaterialFault> Faults { get; init; } = [];

    /// <summary>The secret, if one is judged. Rules look at names and forms; no finding quotes a value.</summary>
    public Secret? Secret { get; init; }

    /// <summary>The resource, if one is judged.</summary>
    public Manifest? Resource { get; init; }

    /// <summary>What is known of the surroundings.</summary>
    public required RuleContext Context { get; init; }

    /// <summary>The certificate that is judged, or <see langword="null"/>.</summary>
    public CertificateInfo? Certificate => Chain.IsEmpty ? null : Chain[0];
}
