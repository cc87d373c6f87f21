using System.Collections.Concurrent;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Issuers;

/// <summary>Finds issuers by what is recorded of them. Issuers it has opened are kept open, and disposed with it.</summary>
/// <param name="store">Where the embedded authorities are kept.</param>
/// <param name="time">The clock.</param>
public sealed class IssuerDirectory(ISecretStore store, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<IssuerReference, ICertificateIssuer> _open = [];
    private readonly ConcurrentDictionary<(string Name, string? Mesh, string? Namespace), CertificateAuthority> _resolved = new();

    /// <summary>The issuer of a record.</summary>
    /// <param name="reference">What is recorded.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The issuer, owned by this directory.</returns>
    /// <exception cref="MeshException"><c>IssuerNotFound</c>, <c>IssuerKindUnknown</c> or <c>AuthorityInvalid</c>.</exception>
    public async Task<ICertificateIssuer> FindAsync(IssuerReference reference, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_open.TryGetValue(reference, out ICertificateIssuer? issuer))
            {
                issuer = await OpenAsync(reference, cancellationToken).ConfigureAwait(false);
                _open.Add(reference, issuer);
            }

            return issuer;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The embedded authority that a name means beside a scope: the one of that scope, or else the global one.</summary>
    /// <param name="name">The name, or a whole identity as <c>mesh/default/mesh-ca</c>.</param>
    /// <param name="mesh">The mesh of what is to be issued, or <see langword="null"/>.</param>
    /// <param name="namespace">Its namespace, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The authority, owned by this directory.</returns>
    /// <exception cref="MeshException"><c>IssuerNotFound</c> or <c>AuthorityInvalid</c>.</exception>
    public async Task<CertificateAuthority> FindAuthorityAsync(string name, string? mesh, string? @namespace, CancellationToken cancellationToken)
    {
        SecretId id = await ResolveAuthorityAsync(name, mesh, @namespace, cancellationToken).ConfigureAwait(false);
        IssuerReference reference = new(CertificateAuthority.Kind, id.ToString());
        CertificateAuthority authority = (CertificateAuthority)await FindAsync(reference, cancellationToken).ConfigureAwait(false);
        _resolved.TryAdd((name, mesh, @namespace), authority);
        return authority;
    }

    /// <summary>What <see cref="FindAuthorityAsync"/> found for the same before, without asking the store again.</summary>
    /// <param name="name">The name.</param>
    /// <param name="mesh">The mesh, or <see langword="null"/>.</param>
    /// <param name="namespace">The namespace, or <see langword="null"/>.</param>
    /// <returns>The authority, or <see langword="null"/> if it was not asked for before.</returns>
    public CertificateAuthority? Opened(string name, string? mesh, string? @namespace) => _resolved.GetValueOrDefault((name, mesh, @namespace));

    /// <summary>Disposes the issuers that were opened.</summary>
    public void Dispose()
    {
        foreach (ICertificateIssuer issuer in _open.Values)
        {
            issuer.Dispose();
        }

        _gate.Dispose();
    }

    private async Task<SecretId> ResolveAuthorityAsync(string name, string? mesh, string? @namespace, CancellationToken cancellationToken)
    {
        if (SecretId.TryParse(name) is { } whole)
        {
            return whole;
        }

        SecretId own = store.PlaceOf(new SecretId(name, mesh, @namespace));
        SecretId global = store.PlaceOf(new SecretId(name));
        if (store is INamespacedStore)
        {
            return await TryFindAsync(own, cancellationToken).ConfigureAwait(false)
                ?? await TryFindAsync(global, cancellationToken).ConfigureAwait(false)
                ?? throw IssuerErrors.NotFoundIn(name, own, global);
        }

        SecretQuery query = new() { Names = [name], Types = [SecretType.CertificateAuthority] };
        HashSet<SecretId> found = [];
        await foreach (SecretMetadata candidate in store.ListAsync(query, cancellationToken).ConfigureAwait(false))
        {
            found.Add(candidate.Id);
        }

        return found.Contains(own) ? own : found.Contains(global) ? global : throw (found.Count > 0 ? IssuerErrors.InOtherScope(name, found) : IssuerErrors.NotFound(name));
    }

    /// <summary>Asks for one secret alone: who may issue in a cluster need not be allowed to list all of it.</summary>
    private async Task<SecretId?> TryFindAsync(SecretId id, CancellationToken cancellationToken)
    {
        using Secret? secret = await store.GetAsync(id, cancellationToken).ConfigureAwait(false);
        return secret?.Metadata.Type == SecretType.CertificateAuthority ? secret.Id : null;
    }

    private async Task<ICertificateIssuer> OpenAsync(IssuerReference reference, CancellationToken cancellationToken)
    {
        if (reference.Kind != CertificateAuthority.Kind || SecretId.TryParse(reference.Name) is not { } id)
        {
            throw IssuerErrors.KindUnknown(reference);
        }

        using Secret? secret = await store.GetAsync(id, cancellationToken).ConfigureAwait(false);
        return secret is null ? throw IssuerErrors.NotFound(reference.Name) : AuthoritySecret.Read(secret, time);
    }
}
