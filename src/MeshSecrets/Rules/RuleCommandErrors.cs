namespace MeshSecrets.Commands;

/// <summary>Where the errors of the cmdlets about rules are born.</summary>
internal static class RuleCommandErrors
{
    internal static MeshException RuleNotFound(string id) => new(
        "RuleNotFound",
        MeshErrorKind.NotFound,
        $"There is no rule '{id}' among the rule sets asked for. List them with Get-MeshRule; wildcards are allowed.",
        id);
}
