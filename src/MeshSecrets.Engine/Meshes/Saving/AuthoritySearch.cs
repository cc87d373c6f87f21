using System.Collections.Immutable;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Saving;

/// <summary>Finds every authority with its private key among objects of any mesh.</summary>
public static class AuthoritySearch
{
    /// <summary>The form of the authorities of this product's own stores.</summary>
    private const string OwnFormat = "MeshSecrets";

    /// <summary>Finds them. What is trusted only, and TLS keys of servers and clients, are no authorities.</summary>
    /// <param name="objects">The objects; they stay the caller's.</param>
    /// <returns>What was found, in the order of the secrets; one entry for each authority.</returns>
    public static ImmutableArray<FoundAuthority> Find(MeshObjects objects)
    {
        Dictionary<SecretId, FoundAuthority> found = [];
        HashSet<SecretId> explained = [];
        foreach (Secret own in objects.Secrets.Where(secret => secret.Metadata.Type == SecretType.CertificateAuthority))
        {
            Keep(found, explained, [own], Try(own.Id, OwnFormat, () => StoredAuthority.Read(own)));
        }

        foreach (AuthorityFormat format in MeshDialects.AuthorityFormats.Where(format => format.HoldsPrivateKey).OrderBy(format => format.IsGeneral))
        {
            foreach (MeshObjects part in format.Split(objects).Where(part => !part.Secrets.Any(secret => explained.Contains(secret.Id))))
            {
                FoundAuthority? outcome = Try(part.Secrets[0].Id, format.Name, () => format.TryRead(part));
                Keep(found, explained, part.Secrets, IsNone(outcome, format) ? null : outcome);
            }
        }

        return [.. objects.Secrets.Select(secret => found.GetValueOrDefault(secret.Id)).OfType<FoundAuthority>()];
    }

    /// <summary>The first form that reads it counts; an error counts only if no form reads it, for forms of several versions resemble each other.</summary>
    private static void Keep(Dictionary<SecretId, FoundAuthority> found, HashSet<SecretId> explained, ImmutableArray<Secret> secrets, FoundAuthority? outcome)
    {
        if (outcome is null)
        {
            return;
        }

        if (outcome.Error is not null)
        {
            found.TryAdd(outcome.Id, outcome);
            return;
        }

        foreach (Secret secret in secrets)
        {
            found.Remove(secret.Id);
            explained.Add(secret.Id);
        }

        found[outcome.Id] = outcome;
    }

    private static FoundAuthority? Try(SecretId id, string format, Func<AuthorityMaterial?> read)
    {
        try
        {
            AuthorityMaterial? authority = read();
            return authority is null ? null
                : authority is { HasPrivateKey: false, Chain.IsEmpty: false } ? new FoundAuthority(id, format, Authority: null, FormatErrors.Incomplete(format, id.ToString(), "there is no private key"))
                : new FoundAuthority(id, format, authority, Error: null);
        }
        catch (MeshException error)
        {
            return new FoundAuthority(id, format, Authority: null, error);
        }
    }

    /// <summary>A general form reads much that is no authority, broken or not; and roots that are only trusted are none anywhere.</summary>
    private static bool IsNone(FoundAuthority? outcome, AuthorityFormat format)
    {
        bool isNone = outcome is null
            || (format.IsGeneral && (outcome.Error is not null || !outcome.Authority!.Chain[0].IsCa))
            || outcome.Authority is { Chain.IsEmpty: true };
        if (isNone)
        {
            outcome?.Authority?.Dispose();
        }

        return isNone;
    }
}
