namespace MeshSecrets.Meshes.Dependencies;

/// <summary>In which way something depends on a secret, a key or an authority.</summary>
public enum DependencyRelation
{
    /// <summary>A resource of a mesh names the secret.</summary>
    Reference,

    /// <summary>The authority issued its certificate.</summary>
    IssuedBy,

    /// <summary>The certificate, or the authority's root, stands among what it trusts.</summary>
    TrustedIn,

    /// <summary>The certificate stands in the chain that it shows to peers.</summary>
    ChainMember,

    /// <summary>It has the same key with another certificate, or without one.</summary>
    SameKey,

    /// <summary>It has a copy of the certificate.</summary>
    SameCertificate,
}
