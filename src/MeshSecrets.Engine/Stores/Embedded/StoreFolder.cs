namespace MeshSecrets.Stores.Embedded;

/// <summary>The names in a store's folder.</summary>
internal sealed record StoreFolder(string Path)
{
    internal const string TemporaryPattern = "*.tmp";

    internal string Settings => System.IO.Path.Combine(Path, StoreSettings.FileName);

    internal string Segments => System.IO.Path.Combine(Path, "segments");

    internal string Audit => System.IO.Path.Combine(Path, "audit.jsonl");

    internal string Lock => System.IO.Path.Combine(Path, "lock");
}
