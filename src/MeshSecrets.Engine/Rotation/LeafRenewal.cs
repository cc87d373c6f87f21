using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Rotation;

/// <summary>Renews one TLS key. Labels, annotations and further values that others change meanwhile are kept, and are no hindrance.</summary>
/// <param name="store">The store.</param>
/// <param name="issuers">Finds the issuers.</param>
/// <param name="options">How.</param>
internal sealed class LeafRenewal(ISecretStore store, IssuerDirectory issuers, RotationOptions options)
{
    private const string ConflictId = "SecretConflict";

    // How often others may be faster in writing the secret: who writes it that often does not want it renewed now.
    private const int MaxRounds = 8;

    /// <summary>Issues and stores.</summary>
    /// <param name="item">What is due.</param>
    /// <param name="cancellationToken">Stops the operation; a write under way ends.</param>
    /// <returns>What became of it.</returns>
    internal async Task<TlsKeyResult<RotationItem>> RunAsync(RotationItem item, CancellationToken cancellationToken)
    {
        IssuedTlsKey? issued = null;
        try
        {
            issued = await IssueAsync(item, cancellationToken).ConfigureAwait(false);
            SecretMetadata stored = await StoreAsync(item, issued.Secret, cancellationToken).ConfigureAwait(false);
            return new TlsKeyResult<RotationItem>(item, stored, issued.IsShortened, Error: null);
        }
        catch (MeshException e)
        {
            return new TlsKeyResult<RotationItem>(item, Metadata: null, issued?.IsShortened ?? false, e);
        }
        finally
        {
            issued?.Secret.Dispose();
        }
    }

    /// <summary>Issues, for the secret as it is now.</summary>
    /// <param name="item">What is due.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The TLS key, not yet stored.</returns>
    internal async Task<IssuedTlsKey> IssueAsync(RotationItem item, CancellationToken cancellationToken)
    {
        using Secret secret = await store.GetRequiredAsync(item.Secret.Id, cancellationToken).ConfigureAwait(false);
        if (!IsAsPlanned(secret, item))
        {
            throw SecretErrors.ChangedMeanwhile(item.Secret.Id); // Nothing is issued that could not be stored.
        }

        if (FindObstacle(store, secret.Metadata) is { } obstacle)
        {
            throw obstacle;
        }

        CertificateInfo leaf = TlsKeySecret.ReadChain(secret)[0];
        IssuanceRecord record = IssuanceRecord.TryRead(secret.Metadata.Annotations)
            ?? (options.Issuer is { } named ? RecordOf(leaf, named, secret.Id) : throw IssuerErrors.NotRecorded(secret.Id));
        ICertificateIssuer issuer = options.Issuer ?? await issuers.FindAsync(record.Issuer, cancellationToken).ConfigureAwait(false);
        if (leaf.Names.OtherCount > 0)
        {
            throw IssuerErrors.NamesNotMade(secret.Id, leaf.Names.OtherCount);
        }

        IssuedTlsKey issued = await IssueAsync(secret, OrderLike(secret.Metadata, leaf, record), issuer, cancellationToken).ConfigureAwait(false);
        return issued with { Secret = InPlaceOf(secret, issued.Secret) };
    }

    /// <summary>What is known to keep a TLS key from being replaced.</summary>
    internal static MeshException? FindObstacle(ISecretStore store, SecretMetadata secret) =>
        (store as IGuardedStore)?.FindObstacle(secret, [DataKey.Certificate, DataKey.PrivateKey]);

    /// <summary>The write of what was issued, on the condition that the secret is as it was read.</summary>
    internal SecretWrite ToWrite(Secret renewed) => new(renewed, WriteMode.Update, Action: "rotate", options.RestartDue);

    private async Task<SecretMetadata> StoreAsync(RotationItem item, Secret renewed, CancellationToken cancellationToken)
    {
        for (int round = 1; ; round++)
        {
            try
            {
                return await store.PutAsync(ToWrite(renewed), cancellationToken).ConfigureAwait(false);
            }
            catch (MeshException e) when (e.ErrorId == ConflictId && round < MaxRounds)
            {
                using Secret present = await store.GetRequiredAsync(item.Secret.Id, cancellationToken).ConfigureAwait(false);
                if (present.Metadata.Certificate is { } there && there.Thumbprint == renewed.Metadata.Certificate?.Thumbprint)
                {
                    return present.Metadata; // It is written; the conflict is about what others did to it since.
                }

                if (!IsAsPlanned(present, item))
                {
                    throw;
                }

                renewed = InPlaceOf(present, renewed);
            }
        }
    }

    /// <summary>Whether it still holds the certificate that is due, whatever else was changed.</summary>
    private static bool IsAsPlanned(Secret secret, RotationItem item) =>
        secret.Metadata.Certificate is { } present && present.Thumbprint == item.Secret.Certificate?.Thumbprint;

    private static TlsKeyOrder OrderLike(SecretMetadata secret, CertificateInfo old, IssuanceRecord record) => new()
    {
        Id = secret.Id,
        Subject = old.Subject,
        Names = SubjectAlternativeNames.Create(old.Names.DnsNames, old.Names.Uris, old.Names.IpAddresses, old.Names.EmailAddresses),
        Profile = record.Profile == CertificateProfile.CustomName
            ? CertificateProfile.Custom(old.KeyUsages ?? KeyUsages.None, old.ExtendedKeyUsages)
            : CertificateProfile.OfName(record.Profile),
        ValidFor = record.ValidFor,
        KeyAlgorithm = record.KeyAlgorithm,
    };

    /// <summary>What would have been recorded of a certificate that was imported: usages, life and key as they stand in it.</summary>
    private static IssuanceRecord RecordOf(CertificateInfo certificate, ICertificateIssuer issuer, SecretId id) => new(
        issuer.Reference,
        CertificateProfile.CustomName,
        certificate.NotAfter - certificate.NotBefore,
        Enum.TryParse(certificate.KeyAlgorithm, out KeyAlgorithm algorithm) ? algorithm : throw IssuerErrors.KeyAlgorithmNotMade(id, certificate.KeyAlgorithm));

    private async Task<IssuedTlsKey> IssueAsync(Secret secret, TlsKeyOrder order, ICertificateIssuer issuer, CancellationToken cancellationToken)
    {
        if (!options.ReuseKey)
        {
            return await TlsKeyIssuance.IssueAsync(order, issuer, cancellationToken).ConfigureAwait(false);
        }

        using PrivateKey key = TlsKeySecret.ReadKey(secret);
        return await TlsKeyIssuance.IssueAsync(order, key, issuer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was issued, to replace what is there now: what somebody put beside certificate and key stays.</summary>
    /// <returns>The same values with other metadata, of the same owner.</returns>
    private static Secret InPlaceOf(Secret present, Secret issued)
    {
        SecretData data = issued.GetData();
        foreach (string key in data.Keys.Where(IsForeign))
        {
            data.Remove(key);
        }

        foreach (string key in present.GetData().Keys.Where(IsForeign))
        {
            data.Set(key, present.GetData().GetValue(key).Span);
        }

        SecretMetadata metadata = issued.Metadata with
        {
            Labels = present.Metadata.Labels,
            Annotations = IssuanceRecord.TryRead(issued.Metadata.Annotations)!.WriteTo(present.Metadata.Annotations),
            ResourceVersion = present.Metadata.ResourceVersion,
        };
        return new Secret(metadata, data);
    }

    private static bool IsForeign(string key) => key is not (DataKey.Certificate or DataKey.PrivateKey or DataKey.TrustBundle);
}
