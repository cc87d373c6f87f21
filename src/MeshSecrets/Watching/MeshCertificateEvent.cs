using MeshSecrets.Watching;

namespace MeshSecrets;

/// <summary>What happened to a certificate in a store. It pipes into the cmdlets that read, renew or change it.</summary>
public sealed class MeshCertificateEvent
{
    private readonly CertificateEvent _event;

    internal MeshCertificateEvent(CertificateEvent happened, MeshStore store)
    {
        _event = happened;
        Store = store;
    }

    /// <summary><c>Present</c> (with -IncludePresent), <c>Issued</c>, <c>Rotated</c>, <c>Changed</c>, <c>Expiring</c> or <c>Removed</c>.</summary>
    public string EventType => _event.Kind.ToString();

    /// <summary>When it was noticed (UTC).</summary>
    public DateTime Time => _event.Time.UtcDateTime;

    /// <summary>The secret's name.</summary>
    public string Name => _event.Id.Name;

    /// <summary>The mesh, or nothing.</summary>
    public string? Mesh => _event.Id.Mesh;

    /// <summary>The Kubernetes namespace, or nothing.</summary>
    public string? Namespace => _event.Id.Namespace;

    /// <summary>Whether it has neither mesh nor namespace.</summary>
    public bool Global => _event.Id.IsGlobal;

    /// <summary>The secret's type.</summary>
    public string Type => _event.Type;

    /// <summary>SHA-256 of the certificate; of a removed one, of the last.</summary>
    public string? Thumbprint => _event.Thumbprint;

    /// <summary>SHA-256 of the certificate that a rotated one has replaced.</summary>
    public string? OldThumbprint => _event.FormerThumbprint;

    /// <summary>When the certificate ends (UTC).</summary>
    public DateTime? NotAfter => _event.NotAfter?.UtcDateTime;

    /// <summary>Where it is kept.</summary>
    public MeshStore Store { get; }

    /// <summary>Scope, name and event.</summary>
    /// <returns>For example <c>namespace/shop/web: Rotated</c>.</returns>
    public override string ToString() => $"{_event.Id}: {EventType}";
}
