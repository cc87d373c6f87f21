using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Osm;

/// <summary>
/// The secret with OSM's root: <c>ca.crt</c>, <c>private.key</c> and, until v1.0, <c>expiration</c>. With Vault or
/// cert-manager the key stays there, and <c>ca.crt</c> is all.
/// </summary>
/// <remarks>
/// OSM signs with the first certificate in <c>ca.crt</c> and gives all of them to the proxies as what they trust
/// (<c>cmd/osm-controller/certificates.go</c> of v0.6, <c>pkg/certificate/castorage/k8s/k8s.go</c> later).
/// </remarks>
/// <param name="expires">Whether it is the older form, whose key comes with an expiration.</param>
internal sealed class OsmCaBundleFormat(bool expires) : AuthorityFormat
{
    public override string Name => expires ? "Osm06CaBundle" : "OsmCaBundle";

    public override string Description => expires
        ? "the root of Open Service Mesh until v1.0, with its expiration; without private key as for Vault and cert-manager"
        : "the root of Open Service Mesh since v1.1; without private key as for Vault and cert-manager";

    public override bool HoldsPrivateKey => true;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        Secret[] candidates = [.. objects.Secrets.Where(IsBundle)];
        return candidates switch
        {
            [] => null,
            [Secret bundle] => Read(bundle),
            _ => throw FormatErrors.Ambiguous("What was read", candidates.Select(secret => secret.Id.ToString())),
        };
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        AuthorityData.EnsureNoCrls(authority, Name);
        ImmutableArray<CertificateInfo> certificates = [.. authority.Chain.Concat(authority.Roots).DistinctBy(certificate => certificate.Thumbprint)];
        if (certificates.IsEmpty)
        {
            throw FormatErrors.Incomplete(Name, authority.Source, "there is no certificate");
        }

        SecretData data = new();
        try
        {
            data.Set(DataKey.TrustBundle, AuthorityData.Pem(certificates));
            if (authority.HasPrivateKey && target.IncludePrivateKey)
            {
                EnsureReadableByOsm(authority, certificates[0]);
                AuthorityData.SetKey(data, OsmNames.PrivateKey, authority, target, Name);
                if (expires)
                {
                    data.Set(OsmNames.Expiration, OsmExpiration.Format(certificates[0].NotAfter));
                }
            }

            SecretMetadata metadata = new()
            {
                Id = new SecretId(target.Name ?? OsmNames.Bundle, mesh: null, target.Namespace ?? OsmNames.Namespace),
                Type = SecretType.Opaque,
                Labels = target.Labels,
            };
            return new MeshObjects([new Secret(metadata, data)], []);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>OSM's parser knows PKCS#8 of RSA keys only, and its Go code ends in a panic over any other (<c>pkg/certificate/encode.go</c>).</summary>
    private void EnsureReadableByOsm(AuthorityMaterial authority, CertificateInfo certificate)
    {
        if (!authority.GetKey()!.IsRsa)
        {
            throw FormatErrors.CannotCarry(Name, authority.Source, $"the {certificate.KeyAlgorithm} key", "OSM reads RSA keys only, and its controller ends in a panic over any other. Make an authority with New-MeshCa -KeyAlgorithm Rsa2048.");
        }
    }

    private bool IsBundle(Secret secret)
    {
        SecretData data = secret.GetData();
        bool hasExpiration = data.TryGetValue(OsmNames.Expiration, out _);
        bool hasKey = data.TryGetValue(OsmNames.PrivateKey, out _);
        bool isOfOsm = secret.Id.Name == OsmNames.Bundle || secret.Id.Namespace == OsmNames.Namespace;
        bool isBundle = secret.Metadata.Type == SecretType.Opaque
            && (hasKey || hasExpiration || (isOfOsm && data.Keys.Any(key => key.StartsWith("ca.", StringComparison.Ordinal))));

        // With a key, the expiration tells the older form; the newer one's reader takes both, as OSM's own does.
        return isBundle && (!expires || hasExpiration || !hasKey);
    }

    private AuthorityMaterial Read(Secret bundle)
    {
        if (!bundle.GetData().TryGetValue(DataKey.TrustBundle, out _))
        {
            throw FormatErrors.Incomplete(Name, bundle.Id.ToString(), $"it has no data key '{DataKey.TrustBundle}' (only {string.Join(", ", bundle.GetData().Keys)}), which is the only one that OSM reads; 'kubectl create secret generic {OsmNames.Bundle} --from-file {DataKey.TrustBundle}' names it so");
        }

        AuthorityData.EnsureOnly(bundle, Name, DataKey.TrustBundle, OsmNames.PrivateKey, OsmNames.Expiration);
        ImmutableArray<CertificateInfo> certificates = AuthorityData.ReadCertificates(bundle, DataKey.TrustBundle);
        EnsureExpirationAgrees(bundle, certificates[0]);
        PrivateKey? key = AuthorityData.ReadKey(bundle, OsmNames.PrivateKey, certificates[0]);
        if (key is null)
        {
            return new AuthorityMaterial(bundle.Id.ToString(), key: null) { Roots = certificates };
        }

        CertificateInfo own = certificates[0];
        return new AuthorityMaterial(bundle.Id.ToString(), key)
        {
            Chain = own.IsSelfIssued ? [own] : [.. certificates.Where(certificate => !certificate.IsSelfIssued)],
            Roots = [.. certificates.Where(certificate => certificate.IsSelfIssued)],
        };
    }

    /// <summary>The value is made anew from the certificate when it is written, so one that says something else would be lost.</summary>
    private void EnsureExpirationAgrees(Secret bundle, CertificateInfo certificate)
    {
        if (!bundle.GetData().TryGetValue(OsmNames.Expiration, out ReadOnlyMemory<byte> value))
        {
            return;
        }

        DateTimeOffset expiration = OsmExpiration.TryParse(value.Span)
            ?? throw FormatErrors.Incomplete(Name, bundle.Id.ToString(), $"its '{OsmNames.Expiration}' is no time of the form 2031-01-11T23:15:09.299Z");
        if (!OsmExpiration.Agrees(expiration, certificate.NotAfter))
        {
            throw FormatErrors.Incomplete(Name, bundle.Id.ToString(), $"its '{OsmNames.Expiration}' says {expiration:u}, but the certificate ends at {certificate.NotAfter:u}");
        }
    }
}
