using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Gloo.RootTrust;

/// <summary>
/// The root of a virtual mesh, which signs the authorities of its Istios: <c>root-cert.pem</c> and <c>key.pem</c>. One
/// that Gloo Mesh made is called after the virtual mesh, <c>name.namespace</c>, and has a type of its own, without which
/// Gloo Mesh does not find it and makes another (gloo-mesh, mtls_translator.go, cert_secrets.go).
/// </summary>
internal sealed class VirtualMeshFormat : AuthorityFormat
{
    internal const string GeneratedType = "certificates.mesh.gloo.solo.io/generated_signing_cert";
    internal const string CertificateKey = "root-cert.pem";
    internal const string PrivateKeyKey = "key.pem";
    internal const string DefaultName = "virtual-mesh.gloo-mesh";
    internal const string DefaultNamespace = "gloo-mesh";

    public override string Name => "GlooVirtualMesh";

    public override string Description => "the root secret of a virtual mesh of Gloo Mesh (root-cert.pem, key.pem)";

    public override bool HoldsPrivateKey => true;

    /// <summary>The secrets of Istio and of Gloo Mesh's agents have these keys, too, and others beside them.</summary>
    internal static bool Recognizes(Secret secret)
    {
        IReadOnlyList<string> keys = secret.GetData().Keys;
        bool certificate = keys.Contains(CertificateKey);
        bool key = keys.Contains(PrivateKeyKey);
        bool foreign = keys.Contains("ca-cert.pem") || keys.Contains("ca-key.pem") || keys.Contains("cert-chain.pem");
        return secret.Metadata.Type == GeneratedType
            || (!foreign && certificate && key)
            || (!foreign && (certificate || key) && IsNameOfGenerated(secret.Id.Name));
    }

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        Secret[] found = [.. objects.Secrets.Where(Recognizes)];
        if (found.Length != 1)
        {
            return found.Length == 0 ? null : throw FormatErrors.Ambiguous("What was given", found.Select(secret => secret.Id.ToString()));
        }

        AuthorityData.EnsureOnly(found[0], Name, CertificateKey, PrivateKeyKey);
        CertificateInfo[] certificates = [.. AuthorityData.ReadCertificates(found[0], CertificateKey)];
        string source = found[0].Id.ToString();
        if (certificates.Length == 0)
        {
            throw FormatErrors.Incomplete(Name, source, $"it has no {CertificateKey}");
        }

        PrivateKey key = AuthorityData.ReadKey(found[0], PrivateKeyKey, certificates[0]) ?? throw FormatErrors.Incomplete(Name, source, $"it has no {PrivateKeyKey}");
        return new AuthorityMaterial(source, key)
        {
            Chain = [certificates[0], .. certificates[1..].Where(certificate => !certificate.IsSelfIssued)],
            Roots = [.. certificates.Where(certificate => certificate.IsSelfIssued)],
        };
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        AuthorityData.EnsureNoCrls(authority, Name);
        AuthorityData.EnsureOneRoot(authority, Name);
        if (authority.Chain is not [{ IsSelfIssued: true } root])
        {
            throw FormatErrors.CannotCarry(Name, authority.Source, "an authority that is no root, with its chain", "Give Gloo Mesh a root, or the intermediates to Istio with IstioCacerts.");
        }

        SecretData data = new();
        try
        {
            AuthorityData.SetKey(data, PrivateKeyKey, authority, target, Name, PrivateKeyFormat.Traditional);
            data.Set(CertificateKey, AuthorityData.Pem(root));
            SecretMetadata metadata = new()
            {
                Id = new SecretId(target.Name ?? DefaultName, mesh: null, target.Namespace ?? DefaultNamespace),
                Type = IsNameOfGenerated(target.Name ?? DefaultName) ? GeneratedType : SecretType.Opaque,
                Labels = target.Labels,
            };
            return new MeshObjects([new Secret(metadata, data)], []);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static bool IsNameOfGenerated(string name) => name.Contains('.', StringComparison.Ordinal);
}
