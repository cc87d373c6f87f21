using MeshSecrets.Meshes.Rules;

namespace MeshSecrets;

/// <summary>A rule by which certificates, secrets or resources are judged.</summary>
public sealed class MeshRuleInfo
{
    private readonly MeshRule _rule;
    private readonly RuleSet _set;

    internal MeshRuleInfo(MeshRule rule, RuleSet set)
    {
        _rule = rule;
        _set = set;
    }

    /// <summary>Stable identifier.</summary>
    public string RuleId => _rule.Id;

    /// <summary>Error, Warning or Advice.</summary>
    public string Severity => _rule.Severity.ToString();

    /// <summary>The rule set.</summary>
    public string For => _set.Name;

    /// <summary>What the rule set judges.</summary>
    public string Description => _set.Description;

    /// <summary>What the mesh does with what breaks the rule.</summary>
    public string Effect => _rule.Effect;

    /// <summary>How to mend it.</summary>
    public string Remedy => _rule.Remedy;

    /// <summary>Where the rule stands.</summary>
    public string Source => _rule.Source;

    /// <summary>The rule set and the identifier.</summary>
    /// <returns>For example <c>X509 X509Expired</c>.</returns>
    public override string ToString() => $"{For} {RuleId}";
}
