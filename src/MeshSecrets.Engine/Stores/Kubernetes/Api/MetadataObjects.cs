using System.Text.Json;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>An object without its content (<c>meta.k8s.io/v1 PartialObjectMetadata</c>).</summary>
internal sealed class MetadataObject
{
    public ObjectMeta Metadata { get; set; } = new();
}

/// <summary>A page of objects without their content (<c>meta.k8s.io/v1 PartialObjectMetadataList</c>).</summary>
internal sealed class MetadataPage
{
    public ListMeta Metadata { get; set; } = new();

    // null, not empty, when there is none: so Go writes an empty list.
    public List<MetadataObject>? Items { get; set; }
}

/// <summary>
/// A page as what kubectl prints (<c>meta.k8s.io/v1 Table</c>): the only form without values that tells a secret's type.
/// </summary>
internal sealed class TablePage
{
    public ListMeta Metadata { get; set; } = new();

    public List<TableColumn> ColumnDefinitions { get; set; } = [];

    // The same.
    public List<TableRow>? Rows { get; set; }
}

/// <summary>A column of a table.</summary>
internal sealed class TableColumn
{
    public string Name { get; set; } = "";
}

/// <summary>A row of a table.</summary>
internal sealed class TableRow
{
    public List<JsonElement> Cells { get; set; } = [];

    public MetadataObject Object { get; set; } = new();
}

/// <summary>What a removal depends on (<c>meta.k8s.io/v1 DeleteOptions</c>).</summary>
internal sealed class DeleteOptions
{
    public string ApiVersion { get; set; } = "v1";

    public string Kind { get; set; } = "DeleteOptions";

    public DeletePreconditions? Preconditions { get; set; }

    /// <summary><c>All</c> for a trial. It stands here, since a server that is sent options does not look at those in the address.</summary>
    public string[]? DryRun { get; set; }
}

/// <summary>The state that an object must have to be removed.</summary>
internal sealed class DeletePreconditions
{
    public string? Uid { get; set; }

    public string? ResourceVersion { get; set; }
}

/// <summary>What server it is.</summary>
internal sealed class ServerVersion
{
    public string? GitVersion { get; set; }
}
