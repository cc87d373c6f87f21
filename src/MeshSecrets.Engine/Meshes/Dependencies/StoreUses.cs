using System.Runtime.ExceptionServices;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>
/// Who in a store would miss a secret that is removed: the resources that name it and, of an authority, what is renewed
/// by it. For one operation: it lists the store when it is first asked, and then no more.
/// </summary>
/// <remarks>Not safe to use from several threads at once.</remarks>
/// <param name="store">The store.</param>
public sealed class StoreUses(ISecretStore store)
{
    private readonly List<MeshException> _denied = [];
    private readonly List<MeshException> _unseen = [];

    // A secret is used from other namespaces, too, than those that a connection is limited to.
    private readonly ISecretStore _everywhere = store is INamespacedStore namespaced ? namespaced.Everywhere : store;
    private ReferenceIndex? _references;
    private ILookup<string, SecretId>? _issued;

    /// <summary>What could not be looked at for lack of permission, where users are first of all: who uses a secret is not known.</summary>
    public IReadOnlyList<MeshException> Denied => _denied;

    /// <summary>What could not be looked at outside of the namespaces that the connection is limited to.</summary>
    public IReadOnlyList<MeshException> Unseen => _unseen;

    /// <summary>Finds the users of a secret.</summary>
    /// <param name="used">The secret's metadata.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The users; none if nobody would miss it.</returns>
    /// <exception cref="MeshException">A resource in the store cannot be read, or the store failed.</exception>
    public async Task<IReadOnlyList<StoreUser>> FindAsync(SecretMetadata used, CancellationToken cancellationToken)
    {
        _references ??= await ListReferencesAsync(cancellationToken).ConfigureAwait(false);
        if (used.Type == SecretType.CertificateAuthority)
        {
            _issued ??= await ListIssuedAsync(cancellationToken).ConfigureAwait(false);
        }

        return FindKnown(used)!;
    }

    /// <summary>As <see cref="FindAsync"/>, by what is known already: the second of many secrets needs no listing.</summary>
    /// <param name="used">The secret's metadata.</param>
    /// <returns>The users, or <see langword="null"/> if the store must be listed.</returns>
    public IReadOnlyList<StoreUser>? FindKnown(SecretMetadata used)
    {
        bool isAuthority = used.Type == SecretType.CertificateAuthority;
        if (_references is null || (isAuthority && _issued is null))
        {
            return null;
        }

        IEnumerable<StoreUser> references = _references.Find(used.Id)
            .Select(each => new StoreUser(each.Resource!, each.Use.User, each.Use.Field, DependencyRelation.Reference, each.Use.Effect));
        IEnumerable<StoreUser> issued = !isAuthority ? [] : _issued![ReferenceTo(used.Id)]
            .Select(id => new StoreUser(id, id.ToString(), DataKey.Certificate, DependencyRelation.IssuedBy, DependencyEffects.RecordedIssuer));
        return used.Type == SecretType.Resource ? [] : [.. references.Concat(issued).Distinct()];
    }

    /// <summary>How a certificate's record names an authority of a store.</summary>
    internal static string ReferenceTo(SecretId authority) => new IssuerReference(CertificateAuthority.Kind, authority.ToString()).ToString();

    private async Task<ReferenceIndex> ListReferencesAsync(CancellationToken cancellationToken)
    {
        ReferenceIndex references = new();
        await references.AddStoreAsync(_everywhere, error => Note(error, _everywhere == store ? _denied : _unseen), cancellationToken).ConfigureAwait(false);
        if (_unseen.Count > 0)
        {
            // What may be seen is looked at even so: to name a user says more than that one is not known.
            await references.AddStoreAsync(store, error => Note(error, _denied), cancellationToken).ConfigureAwait(false);
        }

        return references;
    }

    private static void Note(MeshException error, List<MeshException> notes)
    {
        if (error.Kind != MeshErrorKind.PermissionDenied)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        notes.Add(error);
    }

    private async Task<ILookup<string, SecretId>> ListIssuedAsync(CancellationToken cancellationToken)
    {
        List<(string Issuer, SecretId Id)> issued = [];
        if (!await TryListIssuedAsync(_everywhere, issued, cancellationToken).ConfigureAwait(false) && _everywhere != store)
        {
            await TryListIssuedAsync(store, issued, cancellationToken).ConfigureAwait(false);
        }

        return issued.ToLookup(each => each.Issuer, each => each.Id, StringComparer.Ordinal);
    }

    private async Task<bool> TryListIssuedAsync(ISecretStore covered, List<(string Issuer, SecretId Id)> issued, CancellationToken cancellationToken)
    {
        SecretQuery query = new() { Types = [SecretType.Tls, SecretType.CertificateAuthority] };
        try
        {
            await foreach (SecretMetadata metadata in covered.ListAsync(query, cancellationToken).ConfigureAwait(false))
            {
                if (metadata.Annotations.TryGetValue(IssuanceRecord.IssuerAnnotation, out string? issuer))
                {
                    issued.Add((issuer, metadata.Id));
                }
            }

            return true;
        }
        catch (MeshException e) when (e.Kind == MeshErrorKind.PermissionDenied)
        {
            (covered == store ? _denied : _unseen).Add(e);
            return false;
        }
    }
}
