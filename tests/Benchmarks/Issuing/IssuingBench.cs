using System.Globalization;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;

namespace MeshSecrets.Benchmarks.Issuing;

/// <summary>An authority, and orders for it that are all alike but for their names.</summary>
internal sealed class IssuingBench : IDisposable
{
    internal CertificateAuthority Authority { get; } = CertificateAuthority.CreateRoot(
        "global/bench-ca",
        new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Example Root") },
        PrivateKey.Generate(KeyAlgorithm.P256),
        TimeProvider.System);

    internal static TlsKeyOrder Order(int number)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"svc-{number}");
        return new TlsKeyOrder
        {
            Id = new SecretId(name, SecretId.DefaultMesh),
            Names = SubjectAlternativeNames.Create([$"{name}.shop.svc"], [$"spiffe://default/{name}"]),
            Profile = CertificateProfile.Workload,
        };
    }

    /// <summary>Key pair, certificate and both PEMs.</summary>
    internal int Issue(int number)
    {
        TlsKeyOrder order = Order(number);
        using PrivateKey key = PrivateKey.Generate(KeyAlgorithm.P256);
        CertificateInfo certificate = Authority.Issue(new CertificateOrder(key)
        {
            Subject = DistinguishedName.FromCommonName(order.Names.DnsNames[0]),
            Names = order.Names,
            Profile = order.Profile,
        }).Certificate;
        return PemWriter.EncodeCertificates([certificate.Encoded]).Length + PemWriter.EncodePrivateKey(key).Length;
    }

    /// <summary>All that is kept of a TLS key: key pair, certificate, the PEMs of both and of the roots, the summary that is listed.</summary>
    internal void IssueTlsKey(int number)
    {
        using Secret secret = TlsKeyIssuance.IssueAsync(Order(number), Authority, CancellationToken.None).GetAwaiter().GetResult().Secret;
    }

    public void Dispose() => Authority.Dispose();
}
