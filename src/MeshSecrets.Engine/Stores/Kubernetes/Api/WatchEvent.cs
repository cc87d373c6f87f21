namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>An event of a watch (<c>meta.k8s.io/v1 WatchEvent</c>).</summary>
internal sealed class WatchEvent
{
    internal const string Added = "ADDED";
    internal const string Modified = "MODIFIED";
    internal const string Deleted = "DELETED";
    internal const string Bookmark = "BOOKMARK";
    internal const string Error = "ERROR";

    public string Type { get; set; } = "";

    public WatchedObject Object { get; set; } = new();
}

/// <summary>What an event is about: a table of one row, whose columns only the first event of a connection tells; or of an error, its status.</summary>
internal sealed class WatchedObject
{
    public ListMeta? Metadata { get; set; }

    public List<TableColumn>? ColumnDefinitions { get; set; }

    public List<TableRow>? Rows { get; set; }

    public int Code { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    /// <summary>The failure that an error tells.</summary>
    internal ApiStatus ToStatus() => new() { Code = Code, Reason = Reason, Message = Message };
}
