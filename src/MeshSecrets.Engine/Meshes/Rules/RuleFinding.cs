namespace MeshSecrets.Meshes.Rules;

/// <summary>Something that breaks a rule.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="RuleSet">The rule set that asked: <c>Kuma04</c>.</param>
/// <param name="Target">What was judged.</param>
/// <param name="Found">What was found.</param>
/// <param name="Effect">What the mesh does with it.</param>
/// <param name="Remedy">How to mend it.</param>
/// <param name="Source">Where the rule stands.</param>
public sealed record RuleFinding(string RuleId, RuleSeverity Severity, string RuleSet, string Target, string Found, string Effect, string Remedy, string Source);
