using System.Collections.Immutable;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>Makes the relay secrets and stores them together.</summary>
public static class RelaySecretSet
{
    /// <summary>Makes and stores them. If one cannot be stored, those that were new are taken back.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="authority">Who issues; it stays the caller's.</param>
    /// <param name="store">Where they are kept.</param>
    /// <param name="replace">Whether what is there is replaced.</param>
    /// <param name="cancellationToken">Stops the operation before anything is written.</param>
    /// <returns>The metadata as stored.</returns>
    /// <exception cref="MeshException"><c>SecretExists</c>; <c>SecretNotFound</c>, if only agents are wanted and there is no token; or as <see cref="RelayIssuance.IssueAsync"/>.</exception>
    public static async Task<IReadOnlyList<SecretMetadata>> CreateAsync(RelayOrder order, CertificateAuthority authority, ISecretStore store, bool replace, CancellationToken cancellationToken)
    {
        using Secret? token = order.AgentsOnly
            ? await store.GetRequiredAsync(new SecretId(RelaySecretName.Token, mesh: null, order.Namespace), cancellationToken).ConfigureAwait(false)
            : null;
        ImmutableArray<Secret> secrets = await RelayIssuance.IssueAsync(order, authority, token?.GetData().GetValue(RelaySecretName.TokenKey), cancellationToken).ConfigureAwait(false);
        try
        {
            WriteMode mode = replace ? WriteMode.CreateOrUpdate : WriteMode.Create;
            IReadOnlyList<WriteResult> results = await store.PutAllAsync([.. secrets.Select(secret => new SecretWrite(secret, mode))], cancellationToken).ConfigureAwait(false);
            if (results.FirstOrDefault(result => result.Error is not null)?.Error is { } error)
            {
                await TakeBackAsync(store, results).ConfigureAwait(false);
                throw error;
            }

            return [.. results.Select(result => result.Metadata!)];
        }
        finally
        {
            foreach (Secret secret in secrets)
            {
                secret.Dispose();
            }
        }
    }

    /// <summary>Not to be stopped half-way, so it takes no token. What was replaced has its former version in the store's history.</summary>
    private static Task TakeBackAsync(ISecretStore store, IReadOnlyList<WriteResult> results) => store.DeleteAllAsync(
        [.. results.Where(result => result.Metadata is { Version: 1 }).Select(result => new SecretRemoval(result.Metadata!.Id, result.Metadata.ResourceVersion))],
        CancellationToken.None);
}
