using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Secrets;

namespace MeshSecrets.Issuers;

/// <summary>How a TLS key came to be, kept in its annotations, so that it can be renewed alike.</summary>
/// <param name="Issuer">Who issued it.</param>
/// <param name="Profile">The profile's name.</param>
/// <param name="ValidFor">The life that was asked for, which may be longer than what was given.</param>
/// <param name="KeyAlgorithm">The kind of key.</param>
public sealed record IssuanceRecord(IssuerReference Issuer, string Profile, TimeSpan ValidFor, KeyAlgorithm KeyAlgorithm)
{
    /// <summary>The annotation that names the issuer.</summary>
    public const string IssuerAnnotation = "meshsecrets.io/issuer";

    private const string ProfileAnnotation = "meshsecrets.io/profile";
    private const string ValidForAnnotation = "meshsecrets.io/valid-for";
    private const string KeyAlgorithmAnnotation = "meshsecrets.io/key-algorithm";

    /// <summary>Reads the record from a secret's annotations.</summary>
    /// <param name="annotations">The annotations.</param>
    /// <returns>The record, or <see langword="null"/> if there is none or it is incomplete.</returns>
    public static IssuanceRecord? TryRead(IReadOnlyDictionary<string, string> annotations) =>
        IssuerReference.TryParse(annotations.GetValueOrDefault(IssuerAnnotation)) is { } issuer
        && annotations.TryGetValue(ProfileAnnotation, out string? profile)
        && annotations.TryGetValue(ValidForAnnotation, out string? validFor)
        && Enum.TryParse(annotations.GetValueOrDefault(KeyAlgorithmAnnotation), out KeyAlgorithm keyAlgorithm)
            ? new IssuanceRecord(issuer, profile, Duration.Parse(validFor), keyAlgorithm)
            : null;

    /// <summary>Adds the record to annotations.</summary>
    /// <param name="annotations">The annotations.</param>
    /// <returns>The annotations with the record.</returns>
    public ImmutableSortedDictionary<string, string> WriteTo(ImmutableSortedDictionary<string, string> annotations) =>
        annotations.SetItems(
        [
            new(IssuerAnnotation, Issuer.ToString()),
            new(ProfileAnnotation, Profile),
            new(ValidForAnnotation, Duration.Format(ValidFor)),
            new(KeyAlgorithmAnnotation, KeyAlgorithm.ToString()),
        ]);

    /// <summary>Takes the record out of annotations: what was replaced by hand has no issuer to renew it.</summary>
    /// <param name="annotations">The annotations.</param>
    /// <returns>The annotations without the record.</returns>
    public static ImmutableSortedDictionary<string, string> RemoveFrom(ImmutableSortedDictionary<string, string> annotations) =>
        annotations.RemoveRange([IssuerAnnotation, ProfileAnnotation, ValidForAnnotation, KeyAlgorithmAnnotation]);
}
