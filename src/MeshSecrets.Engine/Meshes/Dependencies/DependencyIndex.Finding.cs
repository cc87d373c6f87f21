using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Dependencies;

/// <content>The questions.</content>
public sealed partial class DependencyIndex
{
    /// <summary>The identities among what was added that a condition picks, and where each was found; then those that resources refer to and that are not there.</summary>
    /// <param name="matches">The condition.</param>
    /// <returns>The identities, each once for each source.</returns>
    public IEnumerable<(SecretId Id, string Source)> FindUsed(Func<SecretMetadata, bool> matches)
    {
        IEnumerable<(SecretId Id, string Source)> missing = _references.All
            .Where(each => !_byName.GetValueOrDefault(each.Use.SecretName, []).Exists(holder => each.Use.Means(holder.Id!)))
            .Select(each => (Id: TryMakeId(each.Use), each.Use.Source))
            .Where(each => each.Id is not null && matches(new SecretMetadata { Id = each.Id, Type = SecretType.Opaque }))
            .Select(each => (each.Id!, each.Source))
            .Distinct();
        return _secrets.Where(holder => matches(holder.Metadata!)).Select(holder => (holder.Id!, holder.Source)).Concat(missing);
    }

    /// <summary>Finds who uses a secret.</summary>
    /// <param name="used">Its identity.</param>
    /// <param name="source">Where it was found.</param>
    /// <param name="recurse">Whether to go on with the users that are secrets: from a root by its intermediates to leaves and gateways. Each is asked once, so circles end.</param>
    /// <returns>The uses, as they are found.</returns>
    public IEnumerable<Dependency> FindUsers(SecretId used, string source, bool recurse)
    {
        CertificateHolder? first = _byName.GetValueOrDefault(used.Name, []).Find(holder => holder.Id == used && holder.Source == source);
        HashSet<CertificateHolder> asked = new(ReferenceEqualityComparer.Instance);
        Queue<(SecretId Id, CertificateHolder? Holder)> open = new([(used, first)]);
        if (first is not null)
        {
            asked.Add(first);
        }

        while (open.TryDequeue(out (SecretId Id, CertificateHolder? Holder) next))
        {
            foreach ((Dependency dependency, CertificateHolder? user) in FindDirect(next.Id, next.Holder))
            {
                yield return dependency;
                if (recurse && user?.Id is { } id && user.Metadata is not null && dependency.Relation != DependencyRelation.TrustedIn && asked.Add(user))
                {
                    open.Enqueue((id, user));
                }
            }
        }
    }

    private IEnumerable<(Dependency Dependency, CertificateHolder? User)> FindDirect(SecretId id, CertificateHolder? holder)
    {
        foreach ((SecretUse use, string kind, SecretId? _) in _references.Find(id))
        {
            yield return (new Dependency(id, use.User, kind, use.Field, DependencyRelation.Reference, use.Effect, use.Source), null);
        }

        if (holder is null)
        {
            yield break;
        }

        HashSet<CertificateHolder> related = new(ReferenceEqualityComparer.Instance) { holder };
        foreach ((CertificateHolder user, string field, string effect) in FindIssued(holder))
        {
            if (related.Add(user))
            {
                yield return (Use(id, user, field, DependencyRelation.IssuedBy, effect), user);
            }
        }

        foreach ((Dependency, CertificateHolder) found in FindHolders(id, holder).Concat(FindSharedKeys(id, holder)))
        {
            yield return found;
        }
    }

    /// <summary>By the record of the issuer; else by names and key identifiers, proven by the signature.</summary>
    private IEnumerable<(CertificateHolder User, string Field, string Effect)> FindIssued(CertificateHolder holder)
    {
        foreach (CertificateHolder user in _byRecord.GetValueOrDefault(RecordKey(holder.Source, StoreUses.ReferenceTo(holder.Id!)), []))
        {
            yield return (user, DataKey.Certificate, DependencyEffects.RecordedIssuer);
        }

        foreach (HeldCertificate authority in holder.Own.Where(held => held.Certificate.IsCa))
        {
            foreach ((CertificateHolder user, HeldCertificate held) in _byIssuer.GetValueOrDefault(NameKey(authority.Certificate.Subject.Encoded), []))
            {
                if (!ReferenceEquals(user, holder) && !IsRecorded(user, holder) && Issued(authority, held))
                {
                    yield return (user, held.Field, DependencyEffects.SignedBy);
                }
            }
        }
    }

    /// <summary>The record was found already, without verifying a signature.</summary>
    private static bool IsRecorded(CertificateHolder user, CertificateHolder issuer) =>
        user.Source == issuer.Source && user.RecordedIssuer is { } recorded && recorded == StoreUses.ReferenceTo(issuer.Id!);

    /// <summary>Where its certificates stand, and where the root above it is trusted.</summary>
    private IEnumerable<(Dependency Dependency, CertificateHolder User)> FindHolders(SecretId id, CertificateHolder holder)
    {
        HashSet<string> own = [.. holder.Own.Select(held => held.Thumbprint)];
        bool isAuthority = holder.Own.Any(held => held.Certificate.IsCa);
        IEnumerable<string> roots = isAuthority ? holder.Certificates.Where(held => held is { Role: CertificateRole.Trust, Certificate.IsSelfIssued: true }).Select(held => held.Thumbprint) : [];
        foreach (string thumbprint in own.Concat(roots).Distinct())
        {
            foreach ((CertificateHolder user, HeldCertificate held) in _byThumbprint.GetValueOrDefault(thumbprint, []).Where(each => !ReferenceEquals(each.Holder, holder)))
            {
                if (held.Role == CertificateRole.Trust)
                {
                    string effect = own.Contains(thumbprint) ? DependencyEffects.TrustsIt : DependencyEffects.TrustsRoot;
                    yield return (Use(id, user, held.Field, DependencyRelation.TrustedIn, effect), user);
                }
                else if (own.Contains(thumbprint))
                {
                    yield return held.Role == CertificateRole.Chain
                        ? (Use(id, user, held.Field, DependencyRelation.ChainMember, DependencyEffects.InChain), user)
                        : (Use(id, user, held.Field, DependencyRelation.SameCertificate, DependencyEffects.Copy), user);
                }
            }
        }
    }

    private IEnumerable<(Dependency Dependency, CertificateHolder User)> FindSharedKeys(SecretId id, CertificateHolder holder)
    {
        HashSet<string> own = [.. holder.Own.Select(held => held.Thumbprint)];
        // A certificate and its own key kept apart are one pair; only private keys are shared.
        foreach (string key in holder.IsBareCertificate ? [] : holder.Keys)
        {
            foreach (CertificateHolder user in _byKey.GetValueOrDefault(key, []).Where(user => !user.IsBareCertificate))
            {
                HeldCertificate? held = user.Own.FirstOrDefault(each => each.KeyHash == key);
                if (!ReferenceEquals(user, holder) && (held is null || !own.Contains(held.Thumbprint)))
                {
                    yield return (Use(id, user, held?.Field ?? DataKey.PrivateKey, DependencyRelation.SameKey, DependencyEffects.SharedKey), user);
                }
            }
        }
    }

    private static bool Issued(HeldCertificate authority, HeldCertificate held)
    {
        CertificateInfo issuer = authority.Certificate;
        CertificateInfo certificate = held.Certificate;
        bool isItself = held.Thumbprint == authority.Thumbprint || (certificate.IsSelfIssued && held.KeyHash == authority.KeyHash);
        bool identifiersDiffer = !certificate.AuthorityKeyIdentifier.IsEmpty && !issuer.SubjectKeyIdentifier.IsEmpty
            && !certificate.AuthorityKeyIdentifier.Span.SequenceEqual(issuer.SubjectKeyIdentifier.Span);
        if (isItself || identifiersDiffer)
        {
            return false;
        }

        try
        {
            return SignatureVerifier.IsSignedBy(certificate, issuer);
        }
        catch (MeshException e) when (e.ErrorId == CertificateErrors.SignatureAlgorithmUnsupportedId)
        {
            return false; // What cannot be verified is not said to be issued by anybody.
        }
    }

    private static Dependency Use(SecretId used, CertificateHolder user, string field, DependencyRelation relation, string effect) =>
        new(used, user.Name, user.Kind, field, relation, effect, user.Source);

    /// <summary>The identity that a reference means; none, and noted, if no secret can have such a name.</summary>
    private SecretId? TryMakeId(SecretUse use)
    {
        try
        {
            return new SecretId(use.SecretName, use.Mesh, use.Namespace);
        }
        catch (MeshException e)
        {
            _reader.Unread.Add($"{use.User}, {use.Field}: {e.Message}");
            return null;
        }
    }
}
