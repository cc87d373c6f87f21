using System.Collections.Immutable;
using System.Security.Cryptography;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma.Authorities;

/// <summary>What Kuma's forms of an authority have in common.</summary>
internal static class KumaAuthority
{
    /// <summary>Whether a secret can be one of Kuma's: by type, or one value that is yet to become one.</summary>
    internal static bool IsCandidate(Secret secret) =>
        secret.Metadata.Type == KumaSecret.MeshType || (secret.Metadata.Type == SecretType.Opaque && secret.GetData().Keys is [DataKey.Value]);

    /// <summary>The one authority that is meant.</summary>
    /// <exception cref="MeshException"><c>FormatAmbiguous</c>, if there are several.</exception>
    internal static T? Single<T>(ImmutableArray<T> found, Func<T, string> nameOf)
        where T : class =>
        found.Length > 1 ? throw FormatErrors.Ambiguous("What was given", found.Select(nameOf)) : found.FirstOrDefault();

    /// <summary>A certificate with those above it, and its key, from two secrets.</summary>
    /// <param name="certificate">The secret with the authority's certificate first.</param>
    /// <param name="key">The secret with the private key.</param>
    /// <param name="format">The form, for messages.</param>
    /// <returns>The authority, to be disposed by the caller.</returns>
    internal static AuthorityMaterial Read(Secret certificate, Secret key, string format)
    {
        AuthorityData.EnsureOnly(certificate, format, DataKey.Value);
        AuthorityData.EnsureOnly(key, format, DataKey.Value);
        ImmutableArray<CertificateInfo> found = AuthorityData.ReadCertificates(certificate, DataKey.Value);
        PrivateKey privateKey = AuthorityData.ReadKey(key, DataKey.Value, found[0], certificate.Id)!;
        return Create(certificate.Id.ToString(), found, privateKey);
    }

    /// <summary>An authority of what stood in one value: its certificate, those above it, and what else is trusted.</summary>
    internal static AuthorityMaterial Create(string source, ImmutableArray<CertificateInfo> found, PrivateKey key)
    {
        CertificateInfo own = found[0];
        return new AuthorityMaterial(source, key)
        {
            Chain = [own, .. found.Skip(1).Where(certificate => !certificate.IsSelfIssued)],
            Roots = [.. found.Where(certificate => certificate.IsSelfIssued)],
        };
    }

    /// <summary>Refuses an authority that is no root, or has other roots beside it, where Kuma makes a root of its own.</summary>
    internal static void EnsureRootAlone(AuthorityMaterial authority, string format)
    {
        EnsureChain(authority, format);
        if (authority.Chain.Length > 1 || !authority.Chain[0].IsSelfIssued)
        {
            throw FormatErrors.CannotCarry(format, authority.Source, "the chain above the authority, which is no root", "Choose KumaProvided for an intermediate authority.");
        }

        AuthorityData.EnsureOneRoot(authority, format);
        AuthorityData.EnsureNoCrls(authority, format);
    }

    /// <summary>Refuses to write an authority without certificate.</summary>
    internal static void EnsureChain(AuthorityMaterial authority, string format)
    {
        if (authority.Chain.IsEmpty)
        {
            throw FormatErrors.Incomplete(format, authority.Source, "there is no certificate of an authority");
        }
    }

    /// <summary>The name by which the authority is known, if its source is a secret.</summary>
    internal static string NameOf(AuthorityMaterial authority, FormatTarget target) =>
        target.Name ?? (authority.Source.Contains('/', StringComparison.Ordinal) ? authority.Source[(authority.Source.LastIndexOf('/') + 1)..] : "ca");

    /// <summary>A secret of a mesh with one value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="data">Its value, owned by the secret from now on.</param>
    /// <param name="target">The mesh, the namespace, labels.</param>
    internal static Secret ToSecret(string name, SecretData data, FormatTarget target) => new(
        new SecretMetadata
        {
            Id = new SecretId(name, target.Mesh ?? SecretId.DefaultMesh, target.IsUniversal ? null : target.Namespace ?? KumaSecret.Namespace),
            Type = KumaSecret.MeshType,
            Labels = target.Labels.Remove(KumaSecret.MeshLabel),
        },
        data);

    /// <summary>The two secrets of an authority.</summary>
    internal static MeshObjects ToObjects(
        AuthorityMaterial authority, FormatTarget target, string format, (string Certificate, string Key) names, IEnumerable<CertificateInfo> certificates, PrivateKeyFormat keyForm)
    {
        SecretData key = new();
        try
        {
            AuthorityData.SetKey(key, DataKey.Value, authority, target, format, keyForm);
            SecretData certificate = new SecretData().Set(DataKey.Value, AuthorityData.Pem(certificates));
            return new MeshObjects([ToSecret(names.Certificate, certificate, target), ToSecret(names.Key, key, target)], []);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Overwrites what held a key.</summary>
    internal static void Zero(byte[]? value)
    {
        if (value is not null)
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }
}
