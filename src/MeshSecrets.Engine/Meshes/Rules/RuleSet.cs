using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;

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
            foreach (string found in Find(rule, subject))
            {
                yield return new RuleFinding(rule.Id, rule.Severity, Name, subject.Target, found, rule.Effect, rule.Remedy, rule.Source);
            }
        }
    }

    /// <summary>What can be read need not be sound in every part; what a rule cannot judge must not pass for kept.</summary>
    private static IReadOnlyList<string> Find(MeshRule rule, RuleSubject subject)
    {
        try
        {
            return [.. rule.Find(subject)];
        }
        catch (MeshException refused)
        {
            return [$"It cannot be judged: {refused.Message}"];
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return ["It cannot be judged: a part of a certificate, key or revocation list is not what its standard demands."];
        }
    }
}
