using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>A page of a listing.</summary>
/// <param name="Items">Metadata and type of each secret.</param>
/// <param name="Continue">What the next page is asked for with; <see langword="null"/> after the last.</param>
/// <param name="IsExpired">Whether there is no page, since the server has forgotten the listing.</param>
internal sealed record SecretPage(IReadOnlyList<(ObjectMeta Metadata, string Type)> Items, string? Continue, bool IsExpired)
{
    private const string TypeColumn = "Type";

    internal static SecretPage Expired { get; } = new([], Continue: null, IsExpired: true);

    internal static SecretPage Of(MetadataPage page, string type) =>
        new([.. (page.Items ?? []).Select(item => (item.Metadata, type))], NullIfEmpty(page.Metadata.Continue), IsExpired: false);

    internal static SecretPage Of(TablePage page)
    {
        int column = page.ColumnDefinitions.FindIndex(definition => definition.Name == TypeColumn);
        return new(
            [.. (page.Rows ?? []).Select(row => (row.Object.Metadata, column >= 0 && column < row.Cells.Count ? row.Cells[column].GetString() ?? SecretType.Opaque : SecretType.Opaque))],
            NullIfEmpty(page.Metadata.Continue),
            IsExpired: false);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
