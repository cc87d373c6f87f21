using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MeshSecrets.Kubernetes;

/// <summary>Users of a cluster for tests: client certificates and kubeconfigs.</summary>
internal static class ClusterUser
{
    /// <summary>A client certificate, as Kubernetes reads it: the user's name is the common name, groups are organizations.</summary>
    internal static (string CertificatePem, string KeyPem) Issue(
        string authorityPem, string authorityKeyPem, string name, IEnumerable<string> groups, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var authority = X509Certificate2.CreateFromPem(authorityPem, authorityKeyPem);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        foreach (string group in groups)
        {
            subject.AddOrganizationName(group);
        }

        subject.AddCommonName(name);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));

        // An expired certificate may begin before its authority, which Create refuses and the API server does not look at.
        X509SignatureGenerator generator = X509SignatureGenerator.CreateForECDsa(authority.GetECDsaPrivateKey()!);
        using X509Certificate2 certificate = request.Create(authority.SubjectName, generator, notBefore, notAfter, RandomNumberGenerator.GetBytes(8));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A kubeconfig with one context; <paramref name="credentials"/> are the user's lines, as YAML in braces.</summary>
    internal static string Kubeconfig(Uri server, string authorityPem, string user, string credentials, string @namespace) => $$"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: test
          cluster: {server: "{{server.GetLeftPart(UriPartial.Authority)}}", certificate-authority-data: {{Base64(authorityPem)}}}
        users:
        - name: "{{user}}"
          user: {{credentials}}
        contexts:
        - name: "{{user}}"
          context: {cluster: test, user: "{{user}}", namespace: "{{@namespace}}"}
        current-context: "{{user}}"

        """;

    /// <summary>The credentials of a client certificate.</summary>
    internal static string ByCertificate(string certificatePem, string keyPem) =>
        $"{{client-certificate-data: {Base64(certificatePem)}, client-key-data: {Base64(keyPem)}}}";

    /// <summary>The credentials of a token.</summary>
    internal static string ByToken(string token) => $"{{token: \"{token}\"}}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
