using System.Collections;
using System.Collections.Immutable;
using System.Globalization;

namespace MeshSecrets.Commands;

/// <summary>Turns the hashtable of <c>-Label</c> into labels.</summary>
internal static class Labels
{
    internal static ImmutableSortedDictionary<string, string> From(IDictionary? table)
    {
        ImmutableSortedDictionary<string, string> labels = ImmutableSortedDictionary<string, string>.Empty;
        foreach (DictionaryEntry entry in table ?? new Hashtable())
        {
            string? value = Convert.ToString(entry.Value, CultureInfo.InvariantCulture);
            labels = entry.Key is string { Length: > 0 } key && value is not null
                ? labels.SetItem(key, value)
                : throw ParameterErrors.LabelInvalid(entry.Key);
        }

        return labels;
    }
}
