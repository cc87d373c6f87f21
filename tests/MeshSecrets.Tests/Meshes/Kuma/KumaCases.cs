using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>Short ways to subjects of Kuma's rules.</summary>
internal static class KumaCases
{
    internal const string MeshType = "system.kuma.io/secret";
    internal const string GlobalType = "system.kuma.io/global-secret";

    /// <summary>One case that keeps a rule for each subject before <see langword="null"/>, one that breaks it for each after.</summary>
    internal static IEnumerable<RuleCase> Of(string set, string rule, Func<RuleSubject>[] keep, Func<RuleSubject>[] breaks) =>
        [.. keep.Select(subject => new RuleCase(set, rule, Passes: true, subject)), .. breaks.Select(subject => new RuleCase(set, rule, Passes: false, subject))];

    /// <summary>The same with resources given in YAML.</summary>
    internal static IEnumerable<RuleCase> OfYaml(string set, string rule, string[] keep, string[] breaks) =>
        Of(set, rule, [.. keep.Select(yaml => Yaml(yaml))], [.. breaks.Select(yaml => Yaml(yaml))]);

    internal static Func<RuleSubject> Yaml(string yaml, params RuleSubject[] others) => () => RuleSubjects.OfResource(Manifest(yaml), RuleSecrets.Context with { Others = [.. others] });

    /// <summary>A resource beside other states of it.</summary>
    internal static Func<RuleSubject> Beside(string yaml, params string[] resources) =>
        () => RuleSubjects.OfResource(Manifest(yaml), RuleSecrets.Context with { Resources = [.. resources.Select(Manifest)] });

    internal static RuleSubject Secret(string name, string? mesh, string? ns, string type, params (string Key, string Value)[] values) => RuleSecrets.Subject(name, mesh, ns, type, values);

    internal static RuleSubject With(RuleSubject subject, string? mesh = null, RuleSubject[]? others = null, string[]? resources = null) => subject with
    {
        Context = subject.Context with { Mesh = mesh, Others = [.. others ?? []], Resources = [.. (resources ?? []).Select(Manifest)] },
    };

    /// <summary>A Mesh outside Kubernetes with one backend.</summary>
    internal static string Mesh(string backend, string mtls = "  enabledBackend: ca-1\n", string name = "default") =>
        $"type: Mesh\nname: {name}\nmtls:\n{mtls}  backends:\n{backend}";

    internal static string Backend(string type, string rest = "", string name = "ca-1") => $"  - name: {name}\n    type: {type}\n{rest}";

    internal static Manifest Manifest(string yaml) => ManifestReader.Read(yaml, "case.yaml").Single();
}
