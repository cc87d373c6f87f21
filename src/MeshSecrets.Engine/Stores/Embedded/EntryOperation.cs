namespace MeshSecrets.Stores.Embedded;

/// <summary>What an entry of a commit says.</summary>
internal enum EntryOperation : byte
{
    /// <summary>A new version of a secret.</summary>
    Put = 1,

    /// <summary>The secret is removed; its kept versions can still be restored.</summary>
    Delete = 2,

    /// <summary>The secret and all its versions are gone for good.</summary>
    Purge = 3,

    /// <summary>Nothing was written; the audit trail has a line for it.</summary>
    Event = 4,
}
