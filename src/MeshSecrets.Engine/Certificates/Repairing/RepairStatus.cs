namespace MeshSecrets.Certificates.Repairing;

/// <summary>What a repair came to.</summary>
public enum RepairStatus
{
    /// <summary>There is no fault.</summary>
    Sound,

    /// <summary>The content can be restored; whether it is proven says <see cref="RepairReport.IsProven"/>.</summary>
    Proposed,

    /// <summary>There is a fault that nobody but the content's maker can mend.</summary>
    Unmendable,
}
