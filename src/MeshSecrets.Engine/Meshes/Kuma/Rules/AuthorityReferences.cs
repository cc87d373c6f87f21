using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>
/// Which certificate and key resources name together: <c>conf.cert.secret</c> with <c>conf.key.secret</c> of a backend,
/// <c>certificate.secretRef</c> with <c>privateKey.secretRef</c> of a MeshIdentity. Names of secrets prove nothing.
/// </summary>
internal static class AuthorityReferences
{
    private static readonly (string Certificate, string Key)[] s_fields = [(".cert.secret", ".key.secret"), (".certificate.secretRef", ".privateKey.secretRef")];

    /// <summary>Whether a secret is used as an authority's certificate.</summary>
    internal static bool IsCertificate(SecretUse use) => s_fields.Any(pair => use.Field.EndsWith(pair.Certificate, StringComparison.Ordinal));

    /// <summary>Whether a secret is used as an authority's private key.</summary>
    internal static bool IsKey(SecretUse use) => s_fields.Any(pair => use.Field.EndsWith(pair.Key, StringComparison.Ordinal));

    /// <summary>The keys that belong to a certificate: what resources name beside it; if none names it, what came with it, or stands in the secret that is called so.</summary>
    internal static IEnumerable<KeyFacts> KeysOf(RuleSubject subject)
    {
        SecretUse[] uses = [.. KumaSubject.Uses(subject).Where(IsCertificate)];
        IEnumerable<KeyFacts?> keys = uses.Length > 0
            ? KumaSubject.AllUses(subject).Where(other => uses.Any(use => AreBeside(use, other))).Select(use => FindSecret(subject, use)?.Key)
            : [subject.Key ?? FindByName(subject)];
        return keys.OfType<KeyFacts>();
    }

    private static bool AreBeside(SecretUse certificate, SecretUse key) =>
        certificate.User == key.User && certificate.Source == key.Source
        && s_fields.Any(pair => certificate.Field.EndsWith(pair.Certificate, StringComparison.Ordinal) && key.Field == certificate.Field[..^pair.Certificate.Length] + pair.Key);

    private static RuleSubject? FindSecret(RuleSubject subject, SecretUse use) =>
        subject.Context.Others.SecretsNamed(use.SecretName).Append(subject).FirstOrDefault(other => other.Secret is { Metadata.Type: not KumaSecret.GlobalType } secret && use.Means(secret.Id));

    private static KeyFacts? FindByName(RuleSubject subject)
    {
        if (subject.Secret is not { } secret || !secret.Id.Name.EndsWith("cert", StringComparison.Ordinal))
        {
            return null;
        }

        SecretId beside = new(secret.Id.Name[..^4] + "key", secret.Id.Mesh, secret.Id.Namespace);
        return subject.Context.Others.SecretsNamed(beside.Name).FirstOrDefault(other => other.Secret!.Id == beside)?.Key;
    }
}
