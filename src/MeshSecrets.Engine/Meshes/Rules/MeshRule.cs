namespace MeshSecrets.Meshes.Rules;

/// <summary>One named check.</summary>
/// <param name="Id">Stable identifier in PascalCase, beginning with what has the rule: <c>Kuma04KeyUsageDigitalSignature</c>.</param>
/// <param name="Severity">How much a finding matters.</param>
/// <param name="Effect">What the mesh does with what breaks the rule.</param>
/// <param name="Remedy">How to mend it.</param>
/// <param name="Source">Where the rule stands: an RFC's section, or the system and file of its own check.</param>
/// <param name="Find">What was found against the rule, a text for each finding and never a secret's value; nothing if the subject keeps the rule or the rule is not about it.</param>
public sealed record MeshRule(string Id, RuleSeverity Severity, string Effect, string Remedy, string Source, Func<RuleSubject, IEnumerable<string>> Find)
{
    /// <summary>A rule with at most one finding.</summary>
    /// <param name="id">See <see cref="Id"/>.</param>
    /// <param name="severity">See <see cref="Severity"/>.</param>
    /// <param name="effect">See <see cref="Effect"/>.</param>
    /// <param name="remedy">See <see cref="Remedy"/>.</param>
    /// <param name="source">See <see cref="Source"/>.</param>
    /// <param name="find">What was found, or <see langword="null"/>.</param>
    public MeshRule(string id, RuleSeverity severity, string effect, string remedy, string source, Func<RuleSubject, string?> find)
        : this(id, severity, effect, remedy, source, subject => find(subject) is { } found ? [found] : [])
    {
    }
}
