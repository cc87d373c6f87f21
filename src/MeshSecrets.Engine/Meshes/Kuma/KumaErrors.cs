using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma;

/// <summary>Where the errors about Kuma's forms are born. Where Kuma has a text of its own for it, the message quotes it.</summary>
internal static class KumaErrors
{
    internal static MeshException SecretEmpty(object secret, string field) => new(
        "KumaSecretEmpty",
        MeshErrorKind.InvalidData,
        $"{secret} has no value: Kuma refuses it with '{field}: cannot be empty.'. Give it one.",
        secret);

    internal static MeshException GlobalSecretWithMesh(object secret, string mesh) => new(
        "KumaGlobalSecretWithMesh",
        MeshErrorKind.InvalidData,
        $"{secret} is a global secret, but names the mesh '{mesh}': Kuma refuses it with 'mesh cannot be set on global secret'. Remove the mesh, or make it a secret of that mesh (type {KumaSecret.MeshType}).",
        secret);

    internal static MeshException SecretWithoutMesh(SecretId id) => new(
        "KumaSecretWithoutMesh",
        MeshErrorKind.InvalidOperation,
        $"{id} belongs to no mesh, and every secret of Kuma is of a mesh or global. Name the mesh with -Mesh; for a global secret choose the type {KumaSecret.GlobalType}.",
        id);

    internal static MeshException MeshDiffers(Manifest manifest, string mesh, string label) => new(
        "KumaMeshDiffers",
        MeshErrorKind.InvalidData,
        $"{manifest.Source}: {manifest} names the mesh '{mesh}', but its label {KumaSecret.MeshLabel} names '{label}'. Keep the right one.",
        manifest.Source);

    internal static MeshException FieldUnknown(Manifest manifest, string field, SourcePlace place) => new(
        "KumaFieldUnknown",
        MeshErrorKind.InvalidData,
        $"{place}: {manifest} has the field '{field}', which Kuma does not know there. Correct its name, or remove it.",
        manifest.Source);

    internal static MeshException MeshExpected(Manifest manifest) => new(
        "KumaMeshExpected",
        MeshErrorKind.InvalidArgument,
        $"{manifest} ({manifest.Source}) is no Mesh of Kuma. Give the Mesh resource, as 'kumactl get mesh <name> -o yaml' or 'kubectl get mesh <name> -o yaml' write it.",
        manifest.ToString());

    internal static MeshException MeshNotMoved(Manifest mesh, string target) => new(
        "ScopeConflict",
        MeshErrorKind.InvalidArgument,
        $"{mesh} is a mesh itself and belongs to none, so it cannot go to the mesh '{target}'. Leave -TargetMesh out for it, or rename it and what names it.",
        mesh.ToString());

    internal static MeshException BackendExists(Manifest mesh, string name) => new(
        "KumaBackendExists",
        MeshErrorKind.AlreadyExists,
        $"{mesh} has a backend '{name}' already; Kuma refuses it with '\"{name}\" name is already used for another backend'. Give the new one another name with -BackendName.",
        mesh.ToString());

    internal static MeshException BackendUnknown(Manifest mesh, string name, IEnumerable<string> known) => new(
        "KumaBackendUnknown",
        MeshErrorKind.NotFound,
        $"{mesh} has no backend '{name}'. It has: {(known.Any() ? string.Join(", ", known) : "none")}.",
        mesh.ToString());

    internal static MeshException BackendEnabled(Manifest mesh, string name) => new(
        "KumaBackendEnabled",
        MeshErrorKind.InvalidOperation,
        $"The backend '{name}' of {mesh} signs, so it cannot go. Enable another with -EnabledBackend, let all proxies renew, and remove it then.",
        mesh.ToString());
}
