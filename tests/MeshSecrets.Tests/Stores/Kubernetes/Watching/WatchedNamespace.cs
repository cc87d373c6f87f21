using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>A namespace of a cluster, and a store in it that tests write to and watch.</summary>
internal sealed class WatchedNamespace : IAsyncDisposable
{
    private WatchedNamespace(TestCluster cluster, string name, KubernetesStore store) => (Cluster, Name, Store) = (cluster, name, store);

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal TestCluster Cluster { get; }

    internal string Name { get; }

    internal KubernetesStore Store { get; }

    internal string Path => $"/api/v1/namespaces/{Name}/secrets";

    internal SecretQuery Query => new() { Namespace = Name, Labels = ImmutableDictionary<string, string>.Empty.Add("watched", "*") };

    internal static async Task<WatchedNamespace> CreateAsync(TestCluster cluster, Func<KubernetesStoreOptions, KubernetesStoreOptions>? change = null) =>
        new(cluster, await cluster.CreateNamespaceAsync(), await OpenAsync(cluster.KubeconfigPath, change));

    internal static Task<KubernetesStore> OpenAsync(string kubeconfig, Func<KubernetesStoreOptions, KubernetesStoreOptions>? change = null)
    {
        KubernetesStoreOptions options = new() { Connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [kubeconfig] }) };
        return KubernetesStore.OpenAsync(change?.Invoke(options) ?? options, Token);
    }

    internal SecretId Id(string name) => new(name, mesh: null, Name);

    /// <summary>Writes a secret of one value, whether it is there or not.</summary>
    internal Task<SecretMetadata> PutAsync(string name, string value = "1", string label = "yes")
    {
        SecretData data = new();
        data.Set("value", Encoding.UTF8.GetBytes(value));
        return PutAsync(name, SecretType.Opaque, data, label);
    }

    /// <summary>Writes a TLS key with a new certificate.</summary>
    internal Task<SecretMetadata> PutTlsAsync(string name, TimeSpan life)
    {
        (string certificate, string key) = MakePair(name, life);
        SecretData data = new();
        data.Set(DataKey.Certificate, Encoding.UTF8.GetBytes(certificate));
        data.Set(DataKey.PrivateKey, Encoding.UTF8.GetBytes(key));
        return PutAsync(name, SecretType.Tls, data, "yes");
    }

    /// <summary>As others write a TLS key: no annotations tell of the certificate.</summary>
    internal async Task<string> ApplyTlsAsync(string name, TimeSpan life)
    {
        (string certificate, string key) = MakePair(name, life);
        string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        await Cluster.KubectlAsync(
            ["apply", "--server-side", "--force-conflicts", "--field-manager=gardener", "-f", "-"],
            $$$"""{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls","metadata":{"name":"{{{name}}}","namespace":"{{{Name}}}","labels":{"watched":"yes"}},"data":{"tls.crt":"{{{Encode(certificate)}}}","tls.key":"{{{Encode(key)}}}"}}""");
        using X509Certificate2 made = X509Certificate2.CreateFromPem(certificate);
        return made.GetCertHashString(HashAlgorithmName.SHA256);
    }

    internal Task DeleteAsync(string name) => Store.DeleteAsync(Id(name), resourceVersion: null, Token);

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private async Task<SecretMetadata> PutAsync(string name, string type, SecretData data, string label)
    {
        SecretMetadata metadata = new() { Id = Id(name), Type = type, Labels = ImmutableSortedDictionary<string, string>.Empty.Add("watched", label) };
        using Secret secret = new(TlsKeySecret.Describe(metadata, data), data);
        return await Store.PutAsync(new SecretWrite(secret, WriteMode.CreateOrUpdate), Token);
    }

    private static (string Certificate, string Key) MakePair(string name, TimeSpan life)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName($"{name}.shop");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now, now + life);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
