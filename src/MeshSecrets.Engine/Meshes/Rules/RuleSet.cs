using System.Collections.Immutable;

namespace MeshSecrets.Meshes.Rules;

/// <summary>The rules of one mesh, or one version of it, for one purpose: a readable list of named checks.</summary>
/// <param name="Name">The name by which users choose it: <c>Kuma04</c>, <c>Istio</c>.</param>
/// <param name="Description">What it judges, in a few words.</param>
/// <param name="Rules">The rules, in the order in which a reader wants them.</param>
public sealed record RuleSet(string Name, string Description, ImmutableArray<MeshRule> Rules)
{
    /// <summary>Whether a subject is of the kind that these rules are for, so that it is judged by them unasked; <see langword="null"/> if only on demand.</summary>
    public Func<RuleSubject, bool>? Fits { get; init; }

    /// <summary>Judges a subject by all rules.</summary>
    /// <param name="subject">What is judged.</param>
    /// <returns>The findings, in the order of the rules; none if all is well.</returns>
    public IEnumerable<RuleFinding> Judge(RuleSubject subject)
    {
        foreach (MeshRule rule in Rules)
        {
            foreach (string found in rule.Find(subject))
            {
                yield return new RuleFinding(rule.Id, rule.Severity, Name, subject.Target, found, rule.Effect, rule.Remedy, rule.Source);
            }
        }
    }
}
