using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Rules;

/// <summary>A subject that keeps a rule, or breaks it.</summary>
/// <param name="RuleSet">The rule set by which it is judged.</param>
/// <param name="RuleId">The rule that the case is about; others may have findings, too.</param>
/// <param name="Passes">Whether it keeps the rule.</param>
/// <param name="Subject">Makes the subject; its secret is disposed by the test.</param>
public sealed record RuleCase(string RuleSet, string RuleId, bool Passes, Func<RuleSubject> Subject);
