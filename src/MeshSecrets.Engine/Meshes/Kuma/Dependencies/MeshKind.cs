using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Kuma.Authorities;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Dependencies;

/// <summary>A Mesh: the secrets of its backends, of all types and both generations.</summary>
internal sealed class MeshKind() : KumaKind(MtlsSettings.Kind)
{
    public override IEnumerable<SecretUse> FindUses(Manifest resource)
    {
        MtlsSettings mesh = new(resource);
        return FindUses04(mesh).Concat(mesh.Backends.SelectMany(backend => FindUses(mesh, backend)));
    }

    private static IEnumerable<SecretUse> FindUses(MtlsSettings mesh, MtlsBackend backend)
    {
        if (backend.Type == MtlsBackend.Builtin)
        {
            foreach (string part in (string[])[KumaBuiltinFormat.CertificatePart, KumaBuiltinFormat.KeyPart])
            {
                yield return Use(mesh, backend, backend.Field, mesh.Name + part + backend.Name);
            }
        }

        // A misspelt config is not read by Kuma; its author means it all the same.
        foreach (string section in (string[])["conf", "config"])
        {
            foreach (DataSourceUse use in DataSourceUse.Find(backend.Node.Find(section), section))
            {
                yield return Use(mesh, backend, $"{backend.Field}.{use.Field}", use.SecretName);
            }
        }
    }

    private static IEnumerable<SecretUse> FindUses04(MtlsSettings mesh)
    {
        foreach (string type in (string[])[MtlsBackend.Builtin, MtlsBackend.Provided])
        {
            if (mesh.Authority04?.Find(type) is not null)
            {
                yield return new SecretUse(
                    mesh.Mesh.ToString(), $"mtls.ca.{type}", $"{type}ca.{mesh.Name}", mesh.Name, Namespace: null, "Kuma 0.4 can sign no certificate any more; a builtin authority is made anew, and nobody trusts it.", mesh.Mesh.Source);
            }
        }
    }

    private static SecretUse Use(MtlsSettings mesh, MtlsBackend backend, string field, string secret) => new(
        mesh.Mesh.ToString(),
        field,
        secret,
        mesh.Name,
        Namespace: null,
        $"Kuma 2 refuses: 'The secret \"{secret}\" that you are trying to remove is currently in use in Mesh \"{mesh.Name}\" in mTLS backend \"{backend.Name}\". Please remove the reference from the \"{backend.Name}\" backend before removing the secret.' Removed with kubectl or behind its back, proxies get no certificates any more.",
        mesh.Mesh.Source);
}
