using System.Collections.Immutable;
using MeshSecrets.Meshes.Standards;

namespace MeshSecrets.Meshes.Rules;

/// <summary>Judges subjects by rule sets that were chosen, or else by those that fit each subject.</summary>
/// <param name="chosen">The rule sets; empty for those that fit.</param>
public sealed class RuleJudge(ImmutableArray<RuleSet> chosen)
{
    private readonly ImmutableArray<RuleSet> _all = [.. MeshDialects.RuleSets];

    /// <summary>The rule sets by which a subject is judged.</summary>
    /// <param name="subject">The subject.</param>
    /// <returns>The rule sets, the general ones first.</returns>
    public IEnumerable<RuleSet> SetsFor(RuleSubject subject) =>
        chosen.IsEmpty ? _all.Where(set => set.Fits?.Invoke(subject) == true).OrderByDescending(set => set == X509Rules.Set) : chosen;

    /// <summary>Judges a subject.</summary>
    /// <param name="subject">What is judged.</param>
    /// <returns>The findings, those that matter most first. A rule that is in several of the sets is asked once; material that cannot be read is always said.</returns>
    public ImmutableArray<RuleFinding> Judge(RuleSubject subject)
    {
        HashSet<(string RuleId, string Found)> said = [];
        List<RuleFinding> findings = [];
        foreach (RuleSet set in SetsFor(subject))
        {
            findings.AddRange(set.Judge(subject).Where(finding => said.Add((finding.RuleId, finding.Found))));
        }

        // Otherwise rules that were chosen would say nothing of what they could not read, and so all would seem well.
        RuleSet unreadable = X509Rules.Set with { Rules = [KeyRules.MaterialUnreadable] };
        findings.AddRange(unreadable.Judge(subject).Where(finding => said.Add((finding.RuleId, finding.Found))));
        return [.. findings.OrderByDescending(finding => finding.Severity)];
    }
}
