using System.Management.Automation;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Commands;

/// <summary>Lists the rules by which certificates, secrets and resources are judged.</summary>
[Cmdlet(VerbsCommon.Get, "MeshRule")]
[OutputType(typeof(MeshRuleInfo))]
public sealed class GetMeshRuleCommand : MeshCmdlet
{
    /// <summary>Identifiers of rules, with wildcards; without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RuleIdCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] RuleId { get; set; } = ["*"];

    /// <summary>Rule sets; without it, all.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RuleSetCompleter))]
    public string[]? For { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        RuleSet[] sets = [.. For is null ? MeshDialects.RuleSets : For.Select(MeshDialects.FindRuleSet)];
        foreach (string id in RuleId)
        {
            Guard(id, () => Write(sets, id));
        }
    }

    private void Write(RuleSet[] sets, string id)
    {
        WildcardPattern pattern = new(id, WildcardOptions.IgnoreCase);
        bool found = false;
        foreach ((RuleSet set, MeshRule rule) in sets.SelectMany(set => set.Rules.Where(rule => pattern.IsMatch(rule.Id)).Select(rule => (set, rule))))
        {
            found = true;
            WriteObject(new MeshRuleInfo(rule, set));
        }

        if (!found && !WildcardPattern.ContainsWildcardCharacters(id))
        {
            throw RuleCommandErrors.RuleNotFound(id);
        }
    }
}
