namespace MeshSecrets.Stores.Embedded;

/// <summary>Makes findings of the errors that say the same.</summary>
internal static class StoreFindings
{
    internal static StoreFinding From(string id, MeshException error) => new(id, error.Target?.ToString() ?? "", error.Message);

    internal static StoreFinding AuditIncomplete(string path) => new(
        "AuditIncomplete",
        path,
        $"The audit trail '{path}' lacks the last lines: a writer was stopped before it had written them, or somebody cut them off. The next write puts them back, as the segments have them.");

    internal static StoreFinding FileUnknown(string path) => new(
        "FileUnknown",
        path,
        $"'{path}' belongs to no segment of the store, and is never read: a writer that was stopped left it, or somebody put it there. The next write removes what a writer left; remove other files yourself.");
}
