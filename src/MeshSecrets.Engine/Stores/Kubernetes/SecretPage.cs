using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>A page of a listing.</summary>
/// <param name="Items">Metadata and type of each secret.</param>
/// <param name="Continue">What the next page is asked for with; <see langword="null"/> after the last, and where nothing but a new beginning helps.</param>
/// <param name="ResourceVersion">The moment that the listing tells of, from which a watch goes on.</param>
/// <param name="IsExpired">Whether there is no page, since the server has forgotten the listing.</param>
internal sealed record SecretPage(IReadOnlyList<(ObjectMeta Metadata, string Type)> Items, string? Continue, string? ResourceVersion, bool IsExpired)
{
    private const string TypeColumn = "Type";

    /// <summary>The page that the server has forgotten.</summary>
    /// <param name="failure">What it says: most often with a token to go on with, of a later moment than the pages before.</param>
    internal static SecretPage Expired(ApiStatus failure) => new([], NullIfEmpty(failure.Metadata?.Continue), ResourceVersion: null, IsExpired: true);

    internal static SecretPage Of(MetadataPage page, string type) =>
        new([.. (page.Items ?? []).Select(item => (item.Metadata, type))], NullIfEmpty(page.Metadata.Continue), page.Metadata.ResourceVersion, IsExpired: false);

    internal static SecretPage Of(TablePage page)
    {
        int column = TypeColumnOf(page.ColumnDefinitions);
        return new(
            [.. (page.Rows ?? []).Select(row => (row.Object.Metadata, TypeOf(row, column)))],
            NullIfEmpty(page.Metadata.Continue),
            page.Metadata.ResourceVersion,
            IsExpired: false);
    }

    /// <summary>Where in a row the secret's type is.</summary>
    internal static int TypeColumnOf(List<TableColumn> columns) => columns.FindIndex(definition => definition.Name == TypeColumn);

    /// <summary>The type of a row's secret.</summary>
    internal static string TypeOf(TableRow row, int column) =>
        column >= 0 && column < row.Cells.Count ? row.Cells[column].GetString() ?? SecretType.Opaque : SecretType.Opaque;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
