using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>Who has set which fields of a secret, as the API server notes it in <c>metadata.managedFields</c>.</summary>
/// <param name="entries">What it notes.</param>
/// <param name="manager">The manager that this store writes as.</param>
internal sealed class FieldOwners(IReadOnlyList<ManagedFields> entries, string manager)
{
    /// <summary>Who, to the API server, set what was there before it noted anybody: so it says of all fields when the first apply comes.</summary>
    internal const string Nobody = "before-first-apply";

    /// <summary>Whether the server tells nothing: the notes were cleared, or the secret is older than they are.</summary>
    internal bool AreUnknown => entries.Count == 0;

    /// <summary>The names of the data keys, or <see langword="null"/> if the server does not tell.</summary>
    internal IReadOnlyCollection<string>? DataKeys => AreUnknown ? null : new SortedSet<string>(entries.SelectMany(entry => entry.Fields?.Data ?? []), StringComparer.Ordinal);

    /// <summary>Whether the secret was created by this store, so that what it owns must be handed from plain writes to applied ones.</summary>
    internal bool NeedsHandover => entries.Any(entry => IsOurs(entry) && !entry.IsApply);

    /// <summary>The steps of a JSON patch by which what was set by plain writes counts as applied.</summary>
    internal IEnumerable<JsonNode> Handover()
    {
        int[] plain = [.. Enumerable.Range(0, entries.Count).Where(i => IsOurs(entries[i]) && !entries[i].IsApply)];
        int applied = entries.ToList().FindIndex(entry => IsOurs(entry) && entry.IsApply);
        if (applied < 0)
        {
            return plain.Select(i => Step("replace", $"{i}/operation", ManagedFields.ApplyOperation));
        }

        // The server keeps one entry of a manager's applies, so that the plain ones have to merge into it.
        JsonObject merged = OwnedFields.Union(entries.Where(IsOurs).Select(entry => entry.Fields).OfType<OwnedFields>());
        return [Step("replace", $"{applied}/fieldsV1", merged), .. plain.Reverse().Select(i => Step("remove", $"{i}", value: null))];
    }

    /// <summary>
    /// Whether an apply by force takes over what this store created, and nothing else: all of it is sent again, so that no
    /// value stays unasked for, and nothing of what is sent belongs to another manager.
    /// </summary>
    internal bool TakesOverByForce(SecretObject wanted) =>
        TakesOverByForce(fields => fields.Data, wanted.Data)
        && TakesOverByForce(fields => fields.Labels, wanted.Metadata.Labels)
        && TakesOverByForce(fields => fields.Annotations, wanted.Metadata.Annotations);

    /// <summary>Whether this store set a data key, and nobody since: then the annotations beside it tell of its present value.</summary>
    internal bool AloneHas(string dataKey) =>
        entries.Any(entry => IsOurs(entry) && entry.Fields?.Data.Contains(dataKey) == true) && OtherOf(fields => fields.Data, dataKey) is null;

    /// <summary>As <see cref="AloneHas"/>, of an annotation.</summary>
    internal bool AloneHasAnnotation(string annotation) => HasAnnotation(annotation) && OtherOf(fields => fields.Annotations, annotation) is null;

    internal bool HasLabel(string label) => entries.Any(entry => IsOurs(entry) && entry.Fields?.Labels.Contains(label) == true);

    internal bool HasAnnotation(string annotation) => entries.Any(entry => IsOurs(entry) && entry.Fields?.Annotations.Contains(annotation) == true);

    /// <summary>The data keys that other managers set, each with one of them.</summary>
    internal ImmutableSortedDictionary<string, string> DataOwners
    {
        get
        {
            ImmutableSortedDictionary<string, string> owners = ImmutableSortedDictionary<string, string>.Empty;
            foreach (ManagedFields entry in entries.Where(entry => !IsOurs(entry)))
            {
                foreach (string key in entry.Fields?.Data ?? [])
                {
                    owners = owners.SetItem(key, entry.Manager ?? "another");
                }
            }

            return owners;
        }
    }

    /// <summary>Whether somebody said of the secret that it is immutable, or that it is not.</summary>
    internal bool TellsImmutable => entries.Any(entry => entry.Fields?.TellsImmutable == true);

    /// <summary>What this store notes in annotations for itself, and another manager has set: nobody else has a say in it.</summary>
    internal IReadOnlyCollection<string> TakenNotes =>
        [.. entries.Where(entry => !IsOurs(entry)).SelectMany(entry => entry.Fields?.Annotations ?? []).Where(SecretMapping.IsOwnNote).Distinct()];

    /// <summary>Another manager that set a field.</summary>
    internal string? OtherOf(Func<OwnedFields, IReadOnlySet<string>> section, string name) =>
        entries.FirstOrDefault(entry => !IsOurs(entry) && entry.Fields is { } fields && section(fields).Contains(name))?.Manager;

    /// <summary>Who wrote last, and when, for the message of a conflict.</summary>
    internal (string Manager, DateTimeOffset? Time)? Last =>
        entries.Where(entry => entry.Manager is not null).OrderByDescending(entry => entry.Time).Select(entry => (entry.Manager!, entry.Time)).Cast<(string, DateTimeOffset?)?>().FirstOrDefault();

    /// <summary>The owners that the server will name, once somebody applies, of a secret of which it names none.</summary>
    /// <param name="metadata">The secret's metadata.</param>
    /// <param name="dataKeys">The names of its values.</param>
    /// <param name="manager">The manager that this store writes as.</param>
    internal static FieldOwners OfNobody(ObjectMeta metadata, IEnumerable<string> dataKeys, string manager)
    {
        OwnedFields all = new();
        all.Data.UnionWith(dataKeys);
        all.Labels.UnionWith(metadata.Labels?.Keys ?? (IEnumerable<string>)[]);
        all.Annotations.UnionWith(metadata.Annotations?.Keys ?? (IEnumerable<string>)[]);
        return new FieldOwners([new ManagedFields { Manager = Nobody, Fields = all }], manager);
    }

    private bool TakesOverByForce<T>(Func<OwnedFields, IReadOnlySet<string>> section, Dictionary<string, T>? wanted) => entries.All(entry => entry switch
    {
        { Fields: null } => false, // It sets what cannot be told.
        { IsApply: true } when IsOurs(entry) => true,
        _ => section(entry.Fields).All(name => wanted?.ContainsKey(name) == true == IsOurs(entry)),
    });

    private static JsonObject Step(string operation, string path, JsonNode? value)
    {
        JsonObject step = new() { ["op"] = operation, ["path"] = $"/metadata/managedFields/{path}" };
        if (value is not null)
        {
            step["value"] = value;
        }

        return step;
    }

    private bool IsOurs(ManagedFields entry) => entry.Manager == manager;
}
