using System.Collections.Immutable;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma.Authorities;

/// <summary>
/// The root that Kuma makes for a backend of the type <c>builtin</c>, or takes if it stands there before:
/// <c>{mesh}.ca-builtin-cert-{backend}</c> and <c>{mesh}.ca-builtin-key-{backend}</c> (Kuma,
/// <c>pkg/core/resources/apis/system/constants.go</c>).
/// </summary>
internal sealed class KumaBuiltinFormat : AuthorityFormat
{
    internal const string CertificatePart = ".ca-builtin-cert-";
    internal const string KeyPart = ".ca-builtin-key-";

    /// <summary>The backend's name in Kuma's own examples.</summary>
    private const string DefaultBackend = "ca-1";

    public override string Name => "KumaBuiltin";

    public override string Description => "the two secrets in which Kuma keeps the root of a builtin backend; -TargetName is the backend's name";

    public override bool HoldsPrivateKey => true;

    /// <summary>Each certificate with the secret of its key, if that is there.</summary>
    public override IEnumerable<MeshObjects> Split(MeshObjects objects) =>
        from certificate in objects.Secrets
        where certificate.Id.Name.Contains(CertificatePart, StringComparison.Ordinal)
        let key = new SecretId(certificate.Id.Name.Replace(CertificatePart, KeyPart, StringComparison.Ordinal), certificate.Id.Mesh, certificate.Id.Namespace)
        select new MeshObjects([certificate, .. objects.Secrets.Where(secret => secret.Id == key)], []);

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        ImmutableArray<Secret> certificates = [.. objects.Secrets.Where(secret => KumaAuthority.IsCandidate(secret) && secret.Id.Name.Contains(CertificatePart, StringComparison.Ordinal))];
        if (KumaAuthority.Single(certificates, secret => secret.Id.ToString()) is not { } certificate)
        {
            return null;
        }

        string name = certificate.Id.Name.Replace(CertificatePart, KeyPart, StringComparison.Ordinal);
        Secret key = objects.Secrets.FirstOrDefault(secret => secret.Id == new SecretId(name, certificate.Id.Mesh, certificate.Id.Namespace))
            ?? throw FormatErrors.Incomplete(Name, certificate.Id.ToString(), $"the secret '{name}' with its key was not given");
        return KumaAuthority.Read(certificate, key, Name);
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        KumaAuthority.EnsureRootAlone(authority, Name);
        string mesh = target.Mesh ?? SecretId.DefaultMesh;
        string backend = target.Name ?? DefaultBackend;

        // Kuma itself writes PKCS#1 and SEC 1 there.
        return KumaAuthority.ToObjects(authority, target, Name, (mesh + CertificatePart + backend, mesh + KeyPart + backend), authority.Chain, PrivateKeyFormat.Traditional);
    }
}
