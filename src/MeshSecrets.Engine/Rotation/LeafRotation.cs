using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Rotation;

/// <summary>Renews the TLS keys of a store that are due, each through the issuer that is recorded for it.</summary>
/// <remarks>
/// Each renewal is one write, whole or not at all, on the condition that the key is still as it was planned. So a run may
/// be stopped or killed at any moment, several may run at once, and the next one finds what is left to do by looking.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="issuers">Finds the issuers.</param>
/// <param name="time">The clock.</param>
public sealed class LeafRotation(ISecretStore store, IssuerDirectory issuers, TimeProvider time)
{
    /// <summary>Finds what is due, from metadata alone, in order of identity.</summary>
    /// <param name="query">Among which secrets; among all TLS keys if it names no types.</param>
    /// <param name="policy">When one is due.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>What is due, as it is found.</returns>
    public async IAsyncEnumerable<RotationItem> PlanAsync(SecretQuery query, RotationPolicy policy, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        SecretQuery keys = query.Types.IsDefaultOrEmpty ? query with { Types = [SecretType.Tls] } : query;
        await foreach (SecretMetadata secret in store.ListAsync(keys, cancellationToken).ConfigureAwait(false))
        {
            if (policy.Judge(secret, now) is { } reason)
            {
                yield return new RotationItem(secret, reason);
            }
        }
    }

    /// <summary>Renews what is due. One that fails stops no other.</summary>
    /// <remarks>
    /// In a store of leases one runner at a time works in a namespace: others wait, look again, and find that there is
    /// nothing left to issue.
    /// </remarks>
    /// <param name="items">What is due.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops the operation: a batch that is not being stored yet is dropped whole, one that is ends first. In a store without batches each key is written for itself.</param>
    /// <returns>One result for each item, as they or batches of them are done.</returns>
    public IAsyncEnumerable<RotationResult> RunAsync(IReadOnlyList<RotationItem> items, RotationOptions options, CancellationToken cancellationToken) =>
        store is IBatchStore ? RunBatchesAsync(items, options, cancellationToken) : RunEachAsync(items, options, cancellationToken);

    /// <summary>What is known beforehand to keep an item from being renewed by its recorded issuer.</summary>
    /// <param name="item">What is due.</param>
    /// <returns>The error that its renewal would end in, or <see langword="null"/>.</returns>
    public static MeshException? FindObstacle(RotationItem item) =>
        IssuanceRecord.TryRead(item.Secret.Annotations) is null ? IssuerErrors.NotRecorded(item.Secret.Id) : null;

    private async IAsyncEnumerable<RotationResult> RunBatchesAsync(IReadOnlyList<RotationItem> items, RotationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (RotationItem[] batch in items.Chunk(items.Any(item => item.IsRsa) ? TlsKeyBatch.SizeWithRsa : TlsKeyBatch.Size))
        {
            IReadOnlyList<TlsKeyResult<RotationItem>> results = await TlsKeyBatch.RunAsync(
                store,
                batch,
                (item, token) => RenewAsync(item, options, token),
                ToWrite,
                options.MaxConcurrency ?? store.ConcurrencyOr(Environment.ProcessorCount),
                cancellationToken).ConfigureAwait(false);
            foreach (TlsKeyResult<RotationItem> result in results)
            {
                yield return ToResult(result);
            }
        }
    }

    private async IAsyncEnumerable<RotationResult> RunEachAsync(IReadOnlyList<RotationItem> items, RotationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RotationLeases leases = new(store, items, options, cancellationToken);
        await using (leases.ConfigureAwait(false))
        {
            await foreach (TlsKeyResult<RotationItem> result in TlsKeyStream.RunAsync(items, RenewOneAsync, options.MaxConcurrency ?? AtOnce(), cancellationToken).ConfigureAwait(false))
            {
                yield return ToResult(result);
            }
        }

        // A quarter more than there are connections: while some make keys and certificates, the others use all of these.
        int AtOnce() => store.ConcurrencyOr(Environment.ProcessorCount) * 5 / 4;

        async Task<TlsKeyResult<RotationItem>> RenewOneAsync(RotationItem item, CancellationToken token)
        {
            try
            {
                return await leases.HoldAsync(item, stop => TlsKeyBatch.RunAsync(store, item, (_, ct) => RenewAsync(item, options, ct), ToWrite, stop), token).ConfigureAwait(false);
            }
            catch (MeshException e)
            {
                return new TlsKeyResult<RotationItem>(item, Metadata: null, IsShortened: false, e);
            }
        }
    }

    private static RotationResult ToResult(TlsKeyResult<RotationItem> result) =>
        new(result.Item, StatusOf(result), result.Metadata, result.IsShortened, result.Error);

    private static RotationStatus StatusOf(TlsKeyResult<RotationItem> result) => result.Error?.ErrorId switch
    {
        null => RotationStatus.Renewed,
        "SecretConflict" or "SecretNotFound" => RotationStatus.Superseded,
        _ => RotationStatus.Failed,
    };

    private static SecretWrite ToWrite(RotationItem item, Secret renewed) => new(
        new Secret(renewed.Metadata with { ResourceVersion = item.Secret.ResourceVersion }, renewed.GetData()),
        WriteMode.Update,
        Action: "rotate");

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
        Labels = secret.Labels,
        Annotations = secret.Annotations,
    };

    /// <summary>What would have been recorded of a certificate that was imported: usages, life and key as they stand in it.</summary>
    private static IssuanceRecord RecordOf(CertificateInfo certificate, ICertificateIssuer issuer, SecretId id) => new(
        issuer.Reference,
        CertificateProfile.CustomName,
        certificate.NotAfter - certificate.NotBefore,
        Enum.TryParse(certificate.KeyAlgorithm, out KeyAlgorithm algorithm) ? algorithm : throw IssuerErrors.KeyAlgorithmNotMade(id, certificate.KeyAlgorithm));

    private async Task<IssuedTlsKey> RenewAsync(RotationItem item, RotationOptions options, CancellationToken cancellationToken)
    {
        using Secret secret = await store.GetRequiredAsync(item.Secret.Id, cancellationToken).ConfigureAwait(false);
        if (secret.Metadata.ResourceVersion != item.Secret.ResourceVersion)
        {
            throw SecretErrors.ChangedMeanwhile(item.Secret.Id); // Nothing is issued that could not be stored.
        }

        ImmutableArray<CertificateInfo> chain = TlsKeySecret.ReadChain(secret);
        IssuanceRecord record = IssuanceRecord.TryRead(item.Secret.Annotations)
            ?? (options.Issuer is { } named ? RecordOf(chain[0], named, item.Secret.Id) : throw IssuerErrors.NotRecorded(item.Secret.Id));
        ICertificateIssuer issuer = options.Issuer ?? await issuers.FindAsync(record.Issuer, cancellationToken).ConfigureAwait(false);
        if (chain[0].Names.OtherCount > 0)
        {
            throw IssuerErrors.NamesNotMade(item.Secret.Id, chain[0].Names.OtherCount);
        }

        IssuedTlsKey issued = await IssueAsync(secret, OrderLike(item.Secret, chain[0], record), issuer, options.ReuseKey, cancellationToken).ConfigureAwait(false);
        CopyForeignValues(secret.GetData(), issued.Secret.GetData());
        return issued;
    }

    private static async Task<IssuedTlsKey> IssueAsync(Secret secret, TlsKeyOrder order, ICertificateIssuer issuer, bool reuseKey, CancellationToken cancellationToken)
    {
        if (!reuseKey)
        {
            return await TlsKeyIssuance.IssueAsync(order, issuer, cancellationToken).ConfigureAwait(false);
        }

        using PrivateKey key = TlsKeySecret.ReadKey(secret);
        return await TlsKeyIssuance.IssueAsync(order, key, issuer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What somebody put beside certificate and key stays there.</summary>
    private static void CopyForeignValues(SecretData old, SecretData renewed)
    {
        foreach (string key in old.Keys.Where(key => key is not (DataKey.Certificate or DataKey.PrivateKey or DataKey.TrustBundle)))
        {
            renewed.Set(key, old.GetValue(key).Span);
        }
    }
}
