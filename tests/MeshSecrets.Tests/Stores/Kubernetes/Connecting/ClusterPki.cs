using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>Certificates for a server and its clients that are valid now.</summary>
internal static class ClusterPki
{
    internal static ForgedCertificate Authority(string subject = "CN=cluster-ca", string key = "cluster-ca") => CertificateForge.Root(subject, recipe =>
    {
        recipe.Key = ForgedKey.Ec(key);
        recipe.NotBefore = DateTimeOffset.UtcNow.AddDays(-2);
    });

    internal static ForgedCertificate Server(ForgedCertificate authority, Action<CertificateRecipe>? change = null) => CertificateForge.Leaf(authority, recipe =>
    {
        recipe.Subject = "CN=kube-apiserver";
        recipe.Key = ForgedKey.Ec("kube-apiserver");
        recipe.NotBefore = DateTimeOffset.UtcNow.AddDays(-2);
        recipe.Dns = ["localhost", "kubernetes.default.svc"];
        recipe.Ip = ["127.0.0.1"];
        recipe.ExtendedKeyUsage = [Oids.ServerAuth];
        change?.Invoke(recipe);
    });

    internal static ForgedCertificate Intermediate(ForgedCertificate authority) => CertificateForge.Intermediate(authority, "CN=users-ca", recipe =>
    {
        recipe.Key = ForgedKey.Ec("users-ca");
        recipe.NotBefore = DateTimeOffset.UtcNow.AddDays(-2);
    });

    internal static ForgedCertificate Client(ForgedCertificate authority, string name = "alice", Action<CertificateRecipe>? change = null) => CertificateForge.Leaf(authority, recipe =>
    {
        recipe.Subject = $"CN={name}";
        recipe.Key = ForgedKey.Ec(name);
        recipe.NotBefore = DateTimeOffset.UtcNow.AddDays(-2);
        recipe.Dns = [];
        recipe.KeyUsage = KeyUsages.DigitalSignature;
        recipe.ExtendedKeyUsage = [Oids.ClientAuth];
        change?.Invoke(recipe);
    });

    internal static X509Certificate2 WithKey(ForgedCertificate certificate) => X509Certificate2.CreateFromPem(certificate.Pem, certificate.KeyPem);
}
