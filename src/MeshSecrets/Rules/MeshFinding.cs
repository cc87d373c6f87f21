using MeshSecrets.Meshes.Rules;

namespace MeshSecrets;

/// <summary>Something that breaks a rule.</summary>
public sealed class MeshFinding
{
    private readonly RuleFinding _finding;
    private readonly RuleSubject _subject;

    internal MeshFinding(RuleFinding finding, RuleSubject subject, string? path)
    {
        _finding = finding;
        _subject = subject;
        Path = path;
    }

    /// <summary>Stable identifier of the rule, for scripts to branch on.</summary>
    public string RuleId => _finding.RuleId;

    /// <summary>Error: the mesh refuses it, or traffic stops. Warning: it breaks later, or under some conditions. Advice: it works.</summary>
    public string Severity => _finding.Severity.ToString();

    /// <summary>The rule set that asked: <c>X509</c>, <c>Istio</c>.</summary>
    public string For => _finding.RuleSet;

    /// <summary>What was judged: a path, or the scope and name of a secret or resource.</summary>
    public string Target => _finding.Target;

    /// <summary>What was found.</summary>
    public string Found => _finding.Found;

    /// <summary>What the mesh does with it.</summary>
    public string Effect => _finding.Effect;

    /// <summary>How to mend it.</summary>
    public string Remedy => _finding.Remedy;

    /// <summary>Where the rule stands: a section of an RFC, or the system and file of its own check.</summary>
    public string Source => _finding.Source;

    /// <summary>The name of the secret or resource, or nothing.</summary>
    public string? Name => _subject.Secret?.Id.Name ?? _subject.Resource?.Name;

    /// <summary>Its mesh, or nothing.</summary>
    public string? Mesh => _subject.Secret is { } secret ? secret.Id.Mesh : _subject.Resource?.Mesh;

    /// <summary>Its Kubernetes namespace, or nothing.</summary>
    public string? Namespace => _subject.Secret is { } secret ? secret.Id.Namespace : _subject.Resource?.Namespace;

    /// <summary>The file in which it was found, or nothing.</summary>
    public string? Path { get; }

    /// <summary>Severity, identifier, and what was found.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Severity} {RuleId}: {Target}: {Found}";
}
