using System.Management.Automation;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Which workloads of a store are to be restarted: those that use certain secrets, and those that were named.</summary>
internal sealed class WorkloadSelection
{
    private readonly Dictionary<string, Secrets> _byNamespace = new(StringComparer.Ordinal);
    private readonly HashSet<(WorkloadKind Kind, string Namespace, string Name)> _named = [];

    /// <summary>Whether nothing is selected.</summary>
    internal bool IsEmpty => _byNamespace.Count == 0 && _named.Count == 0;

    /// <summary>Selects what uses secrets of a name or pattern.</summary>
    internal void AddSecret(string @namespace, string name)
    {
        if (!_byNamespace.TryGetValue(@namespace, out Secrets? secrets))
        {
            _byNamespace.Add(@namespace, secrets = new Secrets());
        }

        secrets.Add(name);
    }

    /// <summary>Selects one workload, whatever it uses.</summary>
    internal void AddWorkload(WorkloadKind kind, string @namespace, string name) => _named.Add((kind, @namespace, name));

    /// <summary>Finds them, each once though it uses several of the secrets.</summary>
    /// <returns>In the order of namespace, kind and name; with the secrets that were asked for.</returns>
    internal async Task<IReadOnlyList<(Workload Workload, string[] Secrets)>> FindAsync(IWorkloadStore store, CancellationToken cancellationToken)
    {
        Dictionary<(WorkloadKind, string, string), (Workload Workload, string[] Secrets)> found = [];
        foreach ((WorkloadKind kind, string @namespace, string name) in _named)
        {
            Workload workload = await store.GetWorkloadAsync(kind, @namespace, name, cancellationToken).ConfigureAwait(false);
            found[(kind, @namespace, name)] = (workload, [.. workload.Secrets]);
        }

        foreach ((string @namespace, Secrets secrets) in _byNamespace)
        {
            foreach (Workload workload in await store.ListWorkloadsAsync(@namespace, cancellationToken).ConfigureAwait(false))
            {
                string[] used = [.. workload.Secrets.Where(secrets.Matches)];
                if (used.Length > 0)
                {
                    found.TryAdd((workload.Kind, workload.Namespace, workload.Name), (workload, used));
                }
            }
        }

        return [.. found.Values
            .OrderBy(each => each.Workload.Namespace, StringComparer.Ordinal)
            .ThenBy(each => each.Workload.Kind)
            .ThenBy(each => each.Workload.Name, StringComparer.Ordinal)];
    }

    /// <summary>Names and patterns of secrets in one namespace.</summary>
    private sealed class Secrets
    {
        private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<WildcardPattern> _patterns = [];

        internal void Add(string name)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(name))
            {
                _names.Add(name);
                return;
            }

            WildcardPattern pattern = new(name, WildcardOptions.IgnoreCase);
            try
            {
                _ = pattern.IsMatch(name);
            }
            catch (WildcardPatternException)
            {
                throw ParameterErrors.PatternInvalid(name);
            }

            _patterns.Add(pattern);
        }

        internal bool Matches(string name) => _names.Contains(name) || _patterns.Exists(pattern => pattern.IsMatch(name));
    }
}
