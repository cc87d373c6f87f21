using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>Who has set which fields of a secret, as the API server notes it in <c>metadata.managedFields</c>.</summary>
/// <param name="entries">What it notes.</param>
/// <param name="manager">The manager that this store writes as.</param>
internal sealed class FieldOwners(IReadOnlyList<ManagedFields> entries, string manager)
{
    /// <summary>The names of the data keys, or <see langword="null"/> if the server does not tell.</summary>
    internal IReadOnlyCollection<string>? DataKeys => entries.Count == 0 ? null : new SortedSet<string>(entries.SelectMany(entry => entry.Fields?.Data ?? []), StringComparer.Ordinal);

    /// <summary>Whether the secret was created by this store, so that what it owns must be handed from plain writes to applied ones.</summary>
    internal bool NeedsHandover => entries.Any(entry => IsOurs(entry) && !entry.IsApply);

    /// <summary>The entries, in the server's order, to be handed over by index.</summary>
    internal IEnumerable<int> ToHandOver => Enumerable.Range(0, entries.Count).Where(i => IsOurs(entries[i]) && !entries[i].IsApply);

    /// <summary>Whether this store set a data key, and nobody since: then the annotations beside it tell of its present value.</summary>
    internal bool AloneHas(string dataKey) =>
        entries.Any(entry => IsOurs(entry) && entry.Fields?.Data.Contains(dataKey) == true) && OtherOf(fields => fields.Data, dataKey) is null;

    internal bool HasLabel(string label) => entries.Any(entry => IsOurs(entry) && entry.Fields?.Labels.Contains(label) == true);

    internal bool HasAnnotation(string annotation) => entries.Any(entry => IsOurs(entry) && entry.Fields?.Annotations.Contains(annotation) == true);

    /// <summary>Another manager that set a field.</summary>
    internal string? OtherOf(Func<OwnedFields, IReadOnlySet<string>> section, string name) =>
        entries.FirstOrDefault(entry => !IsOurs(entry) && entry.Fields is { } fields && section(fields).Contains(name))?.Manager;

    /// <summary>Who wrote last, and when, for the message of a conflict.</summary>
    internal (string Manager, DateTimeOffset? Time)? Last =>
        entries.Where(entry => entry.Manager is not null).OrderByDescending(entry => entry.Time).Select(entry => (entry.Manager!, entry.Time)).Cast<(string, DateTimeOffset?)?>().FirstOrDefault();

    private bool IsOurs(ManagedFields entry) => entry.Manager == manager;
}
