using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Istio;

/// <summary>What istiod's forms of an authority have in common.</summary>
internal static class IstioAuthority
{
    /// <summary>The one secret that is meant.</summary>
    /// <exception cref="MeshException"><c>FormatAmbiguous</c>, if there are several.</exception>
    internal static Secret? FindSecret(MeshObjects objects, Func<Secret, bool> recognizes)
    {
        ImmutableArray<Secret> found = [.. objects.Secrets.Where(recognizes)];
        return found.Length > 1 ? throw FormatErrors.Ambiguous("What was given", found.Select(secret => secret.Id.ToString())) : found.FirstOrDefault();
    }

    /// <summary>Refuses a secret that lacks data keys: istiod would not start with it.</summary>
    internal static void EnsureComplete(Secret secret, string format, params ReadOnlySpan<string> dataKeys)
    {
        IReadOnlyList<string> present = secret.GetData().Keys;
        List<string> missing = [];
        foreach (string key in dataKeys)
        {
            if (!present.Contains(key))
            {
                missing.Add(key);
            }
        }

        if (missing.Count > 0)
        {
            throw FormatErrors.Incomplete(format, secret.Id.ToString(), $"it lacks {string.Join(" and ", missing)}");
        }
    }

    /// <summary>Refuses to write an authority without certificates.</summary>
    internal static void EnsureChainAndRoots(AuthorityMaterial authority, string format)
    {
        if (authority.Chain.IsEmpty || authority.Roots.IsEmpty)
        {
            throw FormatErrors.Incomplete(format, authority.Source, authority.Chain.IsEmpty ? "there is no certificate of the authority" : "there is no root certificate");
        }
    }

    /// <summary>Whether a data key is missing, or its value empty or white space.</summary>
    internal static bool IsBlank(Secret secret, string dataKey) =>
        !secret.GetData().TryGetValue(dataKey, out ReadOnlyMemory<byte> value) || value.Span.Trim(" \t\r\n"u8).IsEmpty;

    /// <summary>An authority of the certificates that were found: each once, and the roots apart, in their own order, which a reload without restart depends on.</summary>
    /// <param name="secret">Where they were read.</param>
    /// <param name="key">The key, owned by the result.</param>
    /// <param name="found">Its certificate, then its chain, in which it may be repeated and the root may be.</param>
    /// <param name="roots">What is trusted.</param>
    /// <param name="crls">The revocation lists.</param>
    internal static AuthorityMaterial Create(
        Secret secret,
        PrivateKey? key,
        ImmutableArray<CertificateInfo> found,
        ImmutableArray<CertificateInfo> roots,
        ImmutableArray<ReadOnlyMemory<byte>> crls)
    {
        HashSet<string> trusted = [.. roots.Select(root => root.Thumbprint)];
        IEnumerable<CertificateInfo> above = found.Skip(1).Where(certificate => !trusted.Contains(certificate.Thumbprint));
        return new AuthorityMaterial(secret.Id.ToString(), key)
        {
            Chain = [.. above.Prepend(found[0]).DistinctBy(certificate => certificate.Thumbprint)],
            Roots = [.. roots.DistinctBy(root => root.Thumbprint)],
            Crls = crls,
        };
    }

    /// <summary>A secret of istiod's.</summary>
    internal static MeshObjects ToObjects(SecretData data, FormatTarget target, string name, string type)
    {
        SecretMetadata metadata = new()
        {
            Id = new SecretId(target.Name ?? name, mesh: null, target.Namespace ?? IstioNames.Namespace),
            Type = type,
            Labels = target.Labels,
        };
        return new MeshObjects([new Secret(TlsKeySecret.Describe(metadata, data), data)], []);
    }
}
