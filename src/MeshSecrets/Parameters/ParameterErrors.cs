namespace MeshSecrets.Commands;

/// <summary>Where the errors about combinations of parameters are born.</summary>
internal static class ParameterErrors
{
    internal static MeshException GlobalWithScope() => new(
        "ScopeAmbiguous",
        MeshErrorKind.InvalidArgument,
        "-Global means neither mesh nor namespace; leave it out, or leave out -Mesh and -Namespace.");

    internal static MeshException PatternInvalid(string pattern) => new(
        "PatternInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{pattern}' is no valid pattern: a '[' needs its ']'. Use *, ? and sets as [a-c].",
        pattern);

    internal static MeshException LabelInvalid(object? key) => new(
        "LabelInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{key}' is no label: give -Label as a hashtable of names and values, as @{{ team = 'shop' }}, with nothing empty.",
        key);
}
