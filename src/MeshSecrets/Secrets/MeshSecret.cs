using MeshSecrets.Secrets;

namespace MeshSecrets;

/// <summary>A secret without its values. They are had with <c>Get-MeshSecret -AsPlainText</c>, and never from here.</summary>
public class MeshSecret
{
    internal MeshSecret(SecretMetadata metadata, MeshStore store)
    {
        Metadata = metadata;
        Store = store;
    }

    /// <summary>The name.</summary>
    public string Name => Metadata.Id.Name;

    /// <summary>The mesh, or nothing.</summary>
    public string? Mesh => Metadata.Id.Mesh;

    /// <summary>The Kubernetes namespace, or nothing.</summary>
    public string? Namespace => Metadata.Id.Namespace;

    /// <summary>Whether it has neither mesh nor namespace.</summary>
    public bool Global => Metadata.Id.IsGlobal;

    /// <summary>The kind of content: <c>Opaque</c>, <c>kubernetes.io/tls</c>, …</summary>
    public string Type => Metadata.Type;

    /// <summary>The labels.</summary>
    public IReadOnlyDictionary<string, string> Labels => Metadata.Labels;

    /// <summary>The annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations => Metadata.Annotations;

    /// <summary>The names of the data keys.</summary>
    public string[] DataKeys => [.. Metadata.DataKeys];

    /// <summary>1 when new, one more with each change.</summary>
    public long Version => Metadata.Version;

    /// <summary>Changes with each write; piped into a Set or Remove cmdlet, it makes sure that nobody else's change is lost.</summary>
    public string ResourceVersion => Metadata.ResourceVersion;

    /// <summary>When it was first written (UTC).</summary>
    public DateTime CreatedAt => Metadata.CreatedAt.UtcDateTime;

    /// <summary>When this version was written (UTC).</summary>
    public DateTime UpdatedAt => Metadata.UpdatedAt.UtcDateTime;

    /// <summary>Where it is kept.</summary>
    public MeshStore Store { get; }

    internal SecretMetadata Metadata { get; }

    /// <summary>Whether it is an authority: with its private key everything of a mesh can be signed.</summary>
    internal bool IsAuthority => Type == SecretType.CertificateAuthority;

    /// <summary>The object of the fitting class.</summary>
    internal static MeshSecret From(SecretMetadata metadata, MeshStore store) => metadata.Type switch
    {
        SecretType.Tls when metadata.Certificate is not null => new MeshTlsKey(metadata, store),
        _ => new MeshSecret(metadata, store),
    };

    /// <summary>Scope and name.</summary>
    /// <returns>For example <c>mesh/default/web</c>.</returns>
    public override string ToString() => Metadata.Id.ToString();
}
