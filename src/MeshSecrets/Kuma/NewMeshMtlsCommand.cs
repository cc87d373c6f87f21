using System.Management.Automation;
using MeshSecrets.Meshes.KongMesh;
using MeshSecrets.Meshes.Kuma;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Commands;

/// <summary>Makes the Mesh resource of Kuma or Kong Mesh that says who signs for the mesh, or changes an existing one.</summary>
[Cmdlet(VerbsCommon.New, "MeshMtls", DefaultParameterSetName = ChangeSet)]
[OutputType(typeof(MeshManifest), typeof(string))]
public sealed partial class NewMeshMtlsCommand : ResourceCommand
{
    private const string Version04 = "0.4";

    /// <inheritdoc/>
    protected override void Process()
    {
        string name = Manifest?.Name ?? Mesh ?? Authority?.Mesh ?? "default";
        Manifest mesh = Manifest is null ? MeshResource.Create(name, Universal) : MeshResource.Copy(Manifest.Manifest, Universal);
        if (Version == Version04)
        {
            Refuse04();
            MeshResource.SetMtls04(mesh, ParameterSetName == BuiltinSet ? "builtin" : "provided", enabled: !Disabled);
        }
        else
        {
            Change(mesh);
        }

        WriteManifest(mesh);
    }

    private void Change(Manifest mesh)
    {
        if (ParameterSetName != ChangeSet)
        {
            MeshResource.AddBackend(mesh, ToBackend());
        }

        if (EnabledBackend is not null || Disabled)
        {
            MeshResource.Enable(mesh, Disabled ? null : EnabledBackend);
        }
        else if (Manifest is null)
        {
            MeshResource.Enable(mesh, BackendName);
        }

        foreach (string backend in RemoveBackend)
        {
            MeshResource.RemoveBackend(mesh, backend);
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(SkipValidation)))
        {
            MeshResource.SkipValidation(mesh, SkipValidation);
        }
    }

    private BackendOptions ToBackend()
    {
        (string type, ManifestNode? conf) = ParameterSetName switch
        {
            BuiltinSet => ("builtin", BackendOptions.BuiltinConf(KeySize, CaValidFor)),
            ProvidedFileSet => ("provided", BackendOptions.ProvidedConf(DataSource.File(CertificateFile)!, DataSource.File(KeyFile)!)),
            ProvidedSet => ("provided", BackendOptions.ProvidedConf(DataSource.Secret(CertificateSecret)!, DataSource.Secret(KeySecret)!)),
            AuthoritySet => ("provided", BackendOptions.ProvidedConf(DataSource.Secret($"{Authority!.Name}-cert")!, DataSource.Secret($"{Authority.Name}-key")!)),
            AcmPcaSet => ("acmpca", KongMeshConf.AcmPca(Arn!, CommonName, CaSecret, AccessKeyIdSecret, AccessKeySecret)),
            CertManagerSet => ("certmanager", KongMeshConf.CertManager(IssuerName!, IssuerKind, IssuerGroup, CommonName, CaSecret)),
            _ => ("vault", ToVault()),
        };
        return new BackendOptions(BackendName, type, conf) { Mode = Mode, ValidFor = ValidFor, RequestTimeout = RequestTimeout };
    }

    /// <summary>What 0.4 does not know would be dropped by it silently.</summary>
    private void Refuse04()
    {
        string[] unknown = [nameof(BackendName), nameof(Mode), nameof(ValidFor), nameof(RequestTimeout), nameof(EnabledBackend), nameof(RemoveBackend), nameof(SkipValidation), nameof(KeySize), nameof(CaValidFor)];
        string? found = unknown.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey);
        if (found is not null || ParameterSetName is ChangeSet or VaultSet or AcmPcaSet or CertManagerSet)
        {
            throw KumaCommandErrors.UnknownIn04(found is null ? $"-{ParameterSetName}" : $"-{found}");
        }
    }
}
