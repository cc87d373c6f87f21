namespace MeshSecrets.Watching;

/// <summary>What happened to a certificate in a store.</summary>
public enum CertificateEventKind
{
    /// <summary>It was there when the watch began.</summary>
    Present,

    /// <summary>A secret with it is new, or a secret that had none has it now.</summary>
    Issued,

    /// <summary>It took the place of another one.</summary>
    Rotated,

    /// <summary>It is the same, but something else of its secret changed: labels, annotations, other values.</summary>
    Changed,

    /// <summary>It is due to be renewed. Told once for each certificate.</summary>
    Expiring,

    /// <summary>Its secret is gone, or has no certificate any more.</summary>
    Removed,
}
