using System.Collections.Immutable;
using MeshSecrets.Meshes.Kubernetes;
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

    /// <summary>Whether no rule and no kind of resource knows what a subject is, so that to find nothing says nothing.</summary>
    /// <param name="subject">The subject.</param>
    /// <returns>Whether nobody knows it.</returns>
    public bool IsUnknown(RuleSubject subject) =>
        subject is { Secret: null, Chain.IsEmpty: true, Roots.IsEmpty: true, Crls.IsEmpty: true, Key: null, Faults.IsEmpty: true, Resource: { } resource }
        && !_all.Any(set => set.Fits?.Invoke(subject) == true) && MeshDialects.RecognizeResource(resource) is null
        && (chosen.IsEmpty || resource.Kind.Length > 0); // Without kind it may be what the chosen rules are about: a role of Vault.

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
        RuleSet always = (SetsFor(subject).FirstOrDefault() ?? X509Rules.Set) with { Rules = [KeyRules.MaterialUnreadable, KeyRules.MaterialNotPem] };
        findings.AddRange(always.Judge(subject).Where(finding => said.Add((finding.RuleId, finding.Found))));
        return [.. findings.Where(finding => !findings.Exists(other => SaysMore(other, finding))).OrderByDescending(finding => finding.Severity)];
    }

    /// <summary>Of one fault in a value that cannot be read the rule of the mesh says more than the general one.</summary>
    private static bool SaysMore(RuleFinding one, RuleFinding other) =>
        one.RuleId != other.RuleId && Generality(one) < Generality(other) && other.Found.EndsWith(one.Found, StringComparison.Ordinal);

    private static int Generality(RuleFinding finding) =>
        finding.RuleId == KeyRules.MaterialUnreadable.Id ? 2 : finding.RuleId == KubernetesRules.UnreadableId ? 1 : 0;
}
