using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Istio;

/// <summary>
/// The credential of a gateway, in either naming of its data keys (pilot/pkg/credentials/kube/secrets.go): read into a TLS
/// key with the names of Kubernetes, and written so. Under a name that ends in <c>-cacert</c>, where Istio looks first for
/// what clients are verified by, only that is written.
/// </summary>
internal sealed class IstioGatewayForm : SecretForm
{
    private static readonly KubernetesSecretForm s_kubernetes = new();

    /// <summary>The older names and those of Kubernetes.</summary>
    private static readonly (string Generic, string Tls)[] s_names =
    [
        (GatewayKeys.GenericCertificate, DataKey.Certificate),
        (GatewayKeys.GenericKey, DataKey.PrivateKey),
        (GatewayKeys.GenericCa, DataKey.TrustBundle),
        (GatewayKeys.GenericCrl, GatewayKeys.Crl),
    ];

    public override string Name => "IstioGateway";

    public override string Description => "the credential of an Istio gateway (tls.crt, tls.key, ca.crt; or cert, key, cacert)";

    /// <summary>Only on demand: unasked, a secret keeps the names of its data keys, for others may read it by them.</summary>
    public override bool Recognizes(Manifest manifest) => false;

    public override Secret Read(Manifest manifest)
    {
        if (!s_kubernetes.Recognizes(manifest))
        {
            throw FormatErrors.Incomplete(Name, $"{manifest.Source}: {manifest}", "it is no Secret of Kubernetes");
        }

        using Secret found = s_kubernetes.Read(manifest);
        SecretData data = found.GetData().Clone();
        try
        {
            Rename(data, found.Id);
            bool isPair = data.TryGetValue(DataKey.Certificate, out _) && data.TryGetValue(DataKey.PrivateKey, out _);
            if (!isPair && !data.TryGetValue(DataKey.TrustBundle, out _))
            {
                throw FormatErrors.Incomplete(Name, $"{manifest.Source}: {manifest}", "it has neither a certificate with its key (tls.crt and tls.key, or cert and key) nor a CA (ca.crt or cacert)");
            }

            SecretMetadata metadata = found.Metadata with { Type = isPair ? SecretType.Tls : found.Metadata.Type, Certificate = null };
            return new Secret(TlsKeySecret.Describe(metadata, data), data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    public override Manifest Write(Secret secret, FormatTarget target)
    {
        Manifest manifest = s_kubernetes.Write(secret, target with { Namespace = target.Namespace ?? secret.Id.Namespace ?? IstioNames.Namespace });
        bool caOnly = manifest.Name.EndsWith(GatewayKeys.CaSuffix, StringComparison.Ordinal);
        string[] needed = caOnly ? [DataKey.TrustBundle] : [DataKey.Certificate, DataKey.PrivateKey];
        string[] missing = [.. needed.Where(key => IstioAuthority.IsBlank(secret, key))];
        if (missing.Length > 0)
        {
            throw FormatErrors.Incomplete(Name, secret.Id.ToString(), $"it lacks {string.Join(" and ", missing)}");
        }

        if (caOnly)
        {
            ManifestNode data = manifest.Root.Find("data")!;
            foreach (string key in secret.GetData().Keys.Where(key => key is not (DataKey.TrustBundle or GatewayKeys.Crl)))
            {
                // Of a TLS key the pair stays behind, for it stands in the other secret.
                data.Set(key, key is DataKey.Certificate or DataKey.PrivateKey ? null : throw FormatErrors.CannotCarry(Name, secret.Id, $"the data key '{key}'", "Istio reads only the CA under such a name: remove the key, or choose another name."));
            }

            manifest.Root.Set("type", ManifestNode.String(SecretType.Opaque));
        }

        return manifest;
    }

    private void Rename(SecretData data, SecretId id)
    {
        foreach ((string generic, string tls) in s_names)
        {
            if (!data.TryGetValue(generic, out ReadOnlyMemory<byte> value))
            {
                continue;
            }

            // 'key' and 'cert' may be anything in a secret that has the other names as well; Istio would then take these.
            if (data.TryGetValue(tls, out _))
            {
                throw FormatErrors.CannotCarry(Name, id, $"both '{generic}' and '{tls}', of which Istio reads '{generic}'", "Remove the one that is not meant.");
            }

            data.Set(tls, value.Span);
            data.Remove(generic);
        }
    }
}
