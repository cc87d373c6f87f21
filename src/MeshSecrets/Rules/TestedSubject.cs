using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Commands;

/// <summary>What is to be judged when all of it is known.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Path">The file from which it came, or <see langword="null"/>.</param>
internal sealed record TestedSubject(RuleSubject Subject, string? Path);
