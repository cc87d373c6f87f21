using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;

namespace MeshSecrets.Issuers.Embedded;

/// <summary>An authority as a secret: certificate and key as in a TLS key, the chain up to its root in <c>ca.crt</c>, the policy in an annotation.</summary>
public static class AuthoritySecret
{
    private const string PolicyAnnotation = "meshsecrets.io/policy";

    /// <summary>Puts an authority into a secret.</summary>
    /// <param name="id">Name and scope.</param>
    /// <param name="authority">The authority; it stays the caller's.</param>
    /// <param name="labels">Labels.</param>
    /// <param name="issuer">Who issued it, or <see langword="null"/> for a root or one issued elsewhere.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    public static Secret Create(SecretId id, CertificateAuthority authority, ImmutableSortedDictionary<string, string> labels, IssuerReference? issuer)
    {
        ImmutableSortedDictionary<string, string> annotations = ImmutableSortedDictionary<string, string>.Empty;
        if (!ReferenceEquals(authority.Policy, IssuancePolicy.Unrestricted))
        {
            annotations = annotations.Add(PolicyAnnotation, JsonSerializer.Serialize(authority.Policy, PolicyJson.Default.IssuancePolicy));
        }

        if (issuer is not null)
        {
            annotations = annotations.Add(IssuanceRecord.IssuerAnnotation, issuer.ToString());
        }

        return TlsKeySecret.Create(id, [authority.Certificate], authority.Key, authority.Chain, labels, annotations, SecretType.CertificateAuthority);
    }

    /// <summary>Makes an authority ready to issue. Its chain was verified when it was stored.</summary>
    /// <param name="secret">The secret; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The authority, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>AuthorityInvalid</c>, or what it holds is broken.</exception>
    public static CertificateAuthority Read(Secret secret, TimeProvider time)
    {
        if (secret.Metadata.Type != SecretType.CertificateAuthority)
        {
            throw IssuerErrors.NotAnAuthority(secret.Id.ToString(), $"it is a secret of the type {secret.Metadata.Type}; import it with Import-MeshCa");
        }

        return CertificateAuthority.Restore(
            secret.Id.ToString(),
            TlsKeySecret.ReadChain(secret)[0],
            TlsKeySecret.ReadKey(secret),
            TlsKeySecret.ReadRoots(secret),
            ReadPolicy(secret.Metadata),
            time);
    }

    /// <summary>What an authority may issue, from its metadata alone.</summary>
    /// <param name="metadata">The metadata of its secret.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="MeshException"><c>AuthorityInvalid</c> if the policy cannot be read.</exception>
    public static IssuancePolicy ReadPolicy(SecretMetadata metadata)
    {
        if (!metadata.Annotations.TryGetValue(PolicyAnnotation, out string? json))
        {
            return IssuancePolicy.Unrestricted;
        }

        try
        {
            return JsonSerializer.Deserialize(json, PolicyJson.Default.IssuancePolicy)
                ?? throw IssuerErrors.NotAnAuthority(metadata.Id.ToString(), $"its annotation {PolicyAnnotation} is empty");
        }
        catch (JsonException)
        {
            throw IssuerErrors.NotAnAuthority(metadata.Id.ToString(), $"its annotation {PolicyAnnotation} cannot be read");
        }
    }
}

/// <summary>The policy in JSON, with lives in Go's form.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(DurationJsonConverter)])]
[JsonSerializable(typeof(IssuancePolicy))]
internal sealed partial class PolicyJson : JsonSerializerContext;

/// <summary>A span of time in Go's form.</summary>
internal sealed class DurationJsonConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text ? Duration.Parse(text) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Duration.Format(value));
}
