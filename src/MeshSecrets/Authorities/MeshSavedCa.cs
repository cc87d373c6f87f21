using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Saving;

namespace MeshSecrets;

/// <summary>A certificate authority that was saved: read back, and proven to be complete.</summary>
public sealed class MeshSavedCa
{
    internal MeshSavedCa(FoundAuthority found, string? path, MeshStore? store)
    {
        CertificateInfo certificate = found.Authority!.Chain[0];
        Name = found.Id.Name;
        Namespace = found.Id.Namespace;
        Mesh = found.Id.Mesh;
        Format = found.Format;
        Subject = certificate.Subject.ToString();
        NotAfter = certificate.NotAfter.UtcDateTime;
        Thumbprint = certificate.Thumbprint;
        IsCa = certificate.IsCa;
        Path = path;
        Store = store;
    }

    /// <summary>The name of the secret in which it stood.</summary>
    public string Name { get; }

    /// <summary>Its namespace, or nothing.</summary>
    public string? Namespace { get; }

    /// <summary>Its mesh, or nothing.</summary>
    public string? Mesh { get; }

    /// <summary>The mesh's form that it was in, as <c>GlooRelayRoot</c> or <c>IstioCaSecret</c>.</summary>
    public string Format { get; }

    /// <summary>The certificate's subject (RFC 4514).</summary>
    public string Subject { get; }

    /// <summary>Last moment of validity (UTC).</summary>
    public DateTime NotAfter { get; }

    /// <summary>SHA-256 of the certificate.</summary>
    public string Thumbprint { get; }

    /// <summary>Whether it is an authority by its certificate; a published script puts a leaf where Gloo Mesh takes one.</summary>
    public bool IsCa { get; }

    /// <summary>The folder or file in which it is now; nothing if it is in a store.</summary>
    public string? Path { get; }

    /// <summary>The store in which it is now; nothing if it is in files.</summary>
    public MeshStore? Store { get; }

    /// <summary>Whether it was read back and proven: key and certificate belong together, and both are those of the source. What is not proven is an error and no object.</summary>
    public bool IsVerified => true;

    /// <summary>Name and place.</summary>
    /// <returns>For example <c>relay-root-tls-secret in /safe/relay-root-tls-secret</c>.</returns>
    public override string ToString() => $"{Name} in {Path ?? Store?.Name}";
}
