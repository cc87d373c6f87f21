using System.Text.RegularExpressions;
using MeshSecrets.Meshes.Kuma.Authorities;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Kuma.Rules.KumaSubject;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>What a Mesh says about mTLS as a whole.</summary>
internal static partial class MeshRules
{
    private const string Source = "kumahq/kuma v2.14.3, pkg/core/resources/apis/mesh/mesh_validator.go";
    private const string ManagerSource = "kumahq/kuma v2.14.3, pkg/core/managers/apis/mesh/mesh_validator.go";
    private const string BuiltinSource = "kumahq/kuma v2.14.3, pkg/plugins/ca/builtin/manager.go";

    internal static MeshRule OneBackend { get; } = new(
        "KumaOneBackend",
        RuleSeverity.Error,
        "Kuma refuses the Mesh: 'mtls.backends: cannot have more than 1 backends'. Kong Mesh takes several.",
        "Keep one backend (New-MeshMtls -RemoveBackend); to change the authority without it, put old and new root into the certificate secret of a provided backend.",
        Source,
        subject => Mesh(subject) is { Backends.Length: > 1 } mesh ? $"there are {mesh.Backends.Length} backends" : null);

    internal static MeshRule BackendNameTwice { get; } = new(
        "KumaBackendNameTwice",
        RuleSeverity.Error,
        "Kuma refuses the Mesh: '\"ca-1\" name is already used for another backend'.",
        "Give each backend a name of its own.",
        Source,
        subject => (Mesh(subject)?.Backends ?? []).GroupBy(backend => backend.Name).Where(same => same.Count() > 1).Select(same => $"{same.Count()} backends are called '{same.Key}'"));

    internal static MeshRule EnabledBackend { get; } = new(
        "KumaEnabledBackend",
        RuleSeverity.Error,
        "Kuma refuses the Mesh: 'mtls.enabledBackend: has to be set to one of the backends in the mesh'.",
        "Name a backend that is there (New-MeshMtls -EnabledBackend).",
        Source,
        subject => Mesh(subject) is { EnabledBackend: { } name } mesh && mesh.Backends.All(backend => backend.Name != name) ? $"enabledBackend names '{name}', which is none of the backends" : null);

    internal static MeshRule NothingEnabled { get; } = new(
        "KumaNothingEnabled",
        RuleSeverity.Warning,
        "Backends are there, and none signs: traffic in the mesh is in plain text.",
        "Set mtls.enabledBackend (New-MeshMtls -EnabledBackend).",
        "kumahq/kuma-website, app/_src/policies/mutual-tls.md",
        subject => Mesh(subject) is { EnabledBackend: null, Backends.Length: > 0 } ? "enabledBackend is not set" : null);

    internal static MeshRule SkipValidation { get; } = new(
        "KumaSkipValidation",
        RuleSeverity.Advice,
        "A broken or missing authority is found only when proxies get no certificates.",
        "Remove skipValidation once the authority is in place.",
        "kumahq/kuma v2.14.3, api/mesh/v1alpha1/mesh.proto; https://github.com/kumahq/kuma/issues/2023",
        subject => Mesh(subject)?.Node?["skipValidation"] == "true" ? "skipValidation is on" : null);

    internal static MeshRule CaChanged { get; } = new(
        "KumaCaChanged",
        RuleSeverity.Error,
        "Kuma refuses the update: 'Changing CA when mTLS is enabled is forbidden. Disable mTLS first and then change the CA'.",
        "Turn mTLS off between the two (New-MeshMtls -Disabled), or keep the backend and put old and new root into its certificate secret.",
        ManagerSource,
        subject => Mesh(subject) is { EnabledBackend: { } name } mesh && OtherVersions(subject, mesh).FirstOrDefault(other => other.EnabledBackend is { } before && before != name) is { } found
            ? $"{found.Mesh.Source} enables '{found.EnabledBackend}', this one '{name}'"
            : null);

    internal static MeshRule MeshName { get; } = new(
        "KumaMeshName",
        RuleSeverity.Error,
        "Kuma refuses the Mesh: 'name: cannot be longer than 63 characters'.",
        "Choose a shorter name.",
        ManagerSource,
        subject => Mesh(subject) is { Name.Length: > 63 } mesh ? $"the name has {mesh.Name.Length} characters" : null);

    internal static MeshRule MeshLabelName { get; } = new(
        "Kuma3MeshName",
        RuleSeverity.Error,
        "Kuma 3 refuses the Mesh: 'A lowercase RFC 1035 label must have at most 63 characters, consist of lower case alphanumeric characters or '-', start with an alphabetic character and end with an alphanumeric character.'",
        "Rename the mesh before the upgrade: workloads and secrets move to a new one.",
        "kumahq/kuma master, UPGRADE.md",
        subject => Mesh(subject) is { } mesh && !Rfc1035Label().IsMatch(mesh.Name) ? $"'{mesh.Name}' is no RFC 1035 label" : null);

    internal static MeshRule MtlsRemoved { get; } = new(
        "Kuma3MtlsRemoved",
        RuleSeverity.Error,
        "Kuma 3 does not read mtls: a mesh without MeshIdentity serves and accepts plain text, and proxies of the old authority are not trusted.",
        "Make a MeshIdentity with New-MeshIdentity before the upgrade, then remove mtls.",
        "kumahq/kuma master, UPGRADE.md",
        subject => Mesh(subject)?.Node is not null ? "the Mesh has mtls" : null);

    internal static MeshRule BuiltinName { get; } = new(
        "KumaBuiltinBackendName",
        RuleSeverity.Error,
        "Kuma refuses the Mesh: 'name must be valid dns name', for it makes the names of two secrets of it.",
        "Use lowercase letters, digits and '-' in the names of mesh and backend.",
        BuiltinSource,
        subject => Mesh(subject) is not { } mesh ? [] : mesh.Backends
            .Where(backend => backend.Type == MtlsBackend.Builtin && !SecretName().IsMatch(mesh.Name + KumaBuiltinFormat.CertificatePart + backend.Name))
            .Select(backend => $"'{mesh.Name}{KumaBuiltinFormat.CertificatePart}{backend.Name}' is no valid name of a secret"));

    /// <summary>The same Mesh as it stands elsewhere in the run: before or after a change.</summary>
    internal static IEnumerable<MtlsSettings> OtherVersions(RuleSubject subject, MtlsSettings mesh) => subject.Context.Resources
        .Where(resource => resource != mesh.Mesh && MtlsSettings.IsMesh(resource) && resource.Name == mesh.Name && resource.IsUniversal == mesh.Mesh.IsUniversal)
        .Select(resource => new MtlsSettings(resource));

    [GeneratedRegex(@"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc1035Label();

    [GeneratedRegex(@"^(?=.{1,253}\z)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();
}
