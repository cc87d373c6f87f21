using System.Diagnostics.CodeAnalysis;
using MeshSecrets.Certificates;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;

namespace MeshSecrets.Watching;

/// <summary>Which certificates become due when, each once; those that were told or replaced are not in it.</summary>
internal sealed class ExpirySchedule(RotationPolicy policy)
{
    private readonly Dictionary<SecretId, Entry> _entries = [];
    private readonly SortedSet<Entry> _waiting = new(Comparer<Entry>.Create((a, b) =>
        a.DueAt.CompareTo(b.DueAt) is not 0 and int order ? order : a.Id.CompareTo(b.Id)));

    /// <summary>When the next one becomes due.</summary>
    internal DateTimeOffset? Next => _waiting.Min?.DueAt;

    /// <summary>Notes the certificate that a secret has now. One that is known already keeps its place, and is not told anew.</summary>
    internal void Set(SecretId id, string type, CertificateSummary certificate)
    {
        if (_entries.TryGetValue(id, out Entry? known) && known.Thumbprint == certificate.Thumbprint)
        {
            return;
        }

        Remove(id);
        DateTimeOffset due = policy.DueAt(certificate);
        Entry entry = new(id, type, certificate.Thumbprint, due < certificate.NotAfter ? due : certificate.NotAfter, certificate.NotAfter);
        _entries.Add(id, entry);
        _waiting.Add(entry);
    }

    /// <summary>Forgets a secret.</summary>
    internal void Remove(SecretId id)
    {
        if (_entries.Remove(id, out Entry? entry))
        {
            _waiting.Remove(entry);
        }
    }

    /// <summary>Takes the next that is due.</summary>
    internal bool TryTakeDue(DateTimeOffset now, [NotNullWhen(true)] out CertificateEvent? expiring)
    {
        if (_waiting.Min is not { } entry || entry.DueAt > now)
        {
            expiring = null;
            return false;
        }

        _waiting.Remove(entry);
        expiring = new CertificateEvent(CertificateEventKind.Expiring, entry.Id, entry.Type, entry.Thumbprint, FormerThumbprint: null, entry.NotAfter, now);
        return true;
    }

    private sealed record Entry(SecretId Id, string Type, string Thumbprint, DateTimeOffset DueAt, DateTimeOffset NotAfter);
}
