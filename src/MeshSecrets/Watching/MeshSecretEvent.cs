using MeshSecrets.Stores;

namespace MeshSecrets;

/// <summary>What happened to a secret. It pipes into the cmdlets that read or change it.</summary>
public sealed class MeshSecretEvent
{
    private readonly SecretChange _change;

    internal MeshSecretEvent(SecretChange change, MeshStore store, DateTime time)
    {
        _change = change;
        Store = store;
        Time = time;
    }

    /// <summary><c>Present</c> (with -IncludePresent), <c>Added</c>, <c>Changed</c> or <c>Removed</c>.</summary>
    public string EventType => _change.Kind.ToString();

    /// <summary>When it was noticed (UTC).</summary>
    public DateTime Time { get; }

    /// <summary>The name.</summary>
    public string Name => _change.Secret.Id.Name;

    /// <summary>The mesh, or nothing.</summary>
    public string? Mesh => _change.Secret.Id.Mesh;

    /// <summary>The Kubernetes namespace, or nothing.</summary>
    public string? Namespace => _change.Secret.Id.Namespace;

    /// <summary>Whether it has neither mesh nor namespace.</summary>
    public bool Global => _change.Secret.Id.IsGlobal;

    /// <summary>The kind of content.</summary>
    public string Type => _change.Secret.Type;

    /// <summary>The labels; none of a secret that went while the connection was broken.</summary>
    public IReadOnlyDictionary<string, string> Labels => _change.Secret.Labels;

    /// <summary>The version after the event; piped into a Set or Remove cmdlet, it makes sure that nobody else's change is lost.</summary>
    public string ResourceVersion => _change.Secret.ResourceVersion;

    /// <summary>SHA-256 of its certificate, if it has one; of a removed secret, nothing.</summary>
    public string? Thumbprint => IsRemoved ? null : _change.Secret.Certificate?.Thumbprint;

    /// <summary>SHA-256 of the certificate that it had before.</summary>
    public string? OldThumbprint => _change.Former?.Thumbprint;

    /// <summary>When its certificate ends, or that of a removed secret (UTC).</summary>
    public DateTime? NotAfter => (IsRemoved ? _change.Former?.NotAfter : _change.Secret.Certificate?.NotAfter)?.UtcDateTime;

    /// <summary>Where it is kept.</summary>
    public MeshStore Store { get; }

    private bool IsRemoved => _change.Kind == SecretChangeKind.Removed;

    /// <summary>Scope, name and event.</summary>
    /// <returns>For example <c>namespace/shop/web: Changed</c>.</returns>
    public override string ToString() => $"{_change.Secret.Id}: {EventType}";
}
