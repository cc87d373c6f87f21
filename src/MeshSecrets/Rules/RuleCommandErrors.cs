namespace MeshSecrets.Commands;

/// <summary>Where the errors of the cmdlets about rules are born.</summary>
internal static class RuleCommandErrors
{
    internal static MeshException NothingJudged(string sought, string unknown) => new(
        "NothingJudged",
        MeshErrorKind.NotFound,
        $"Nothing was judged: {sought} gave {(unknown.Length == 0 ? "nothing that rules are about" : $"only what no rule is about ({unknown})")}. Check the path or the name, and the command that writes into the pipeline.",
        sought);

    internal static MeshException RuleNotFound(string id) => new(
        "RuleNotFound",
        MeshErrorKind.NotFound,
        $"There is no rule '{id}' among the rule sets asked for. List them with Get-MeshRule; wildcards are allowed.",
        id);
}
