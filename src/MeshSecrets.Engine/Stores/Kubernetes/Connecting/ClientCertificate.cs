using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>A client certificate with its key and the intermediates that are sent with it.</summary>
internal sealed class ClientCertificate : IDisposable
{
    private readonly X509Certificate2 _leaf;
    private readonly X509Certificate2Collection _intermediates;
    private readonly string _place;

    private ClientCertificate(X509Certificate2 leaf, X509Certificate2Collection intermediates, string place)
    {
        _leaf = leaf;
        _intermediates = intermediates;
        _place = place;
        Thumbprint = leaf.GetCertHashString(HashAlgorithmName.SHA256);
        NotAfter = new DateTimeOffset(leaf.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        // Offline: nothing is fetched from the network, and nothing but what the kubeconfig holds is sent.
        Context = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
    }

    internal SslStreamCertificateContext Context { get; }

    internal string Thumbprint { get; }

    internal DateTimeOffset NotAfter { get; }

    /// <summary>Pairs certificates with their key.</summary>
    /// <param name="certificates">The certificate, its intermediates after it.</param>
    /// <param name="certificatePlace">Where they come from, for messages.</param>
    /// <param name="key">The private key; it stays the caller's, who zeroes it.</param>
    /// <param name="keyPlace">Where it comes from, for messages.</param>
    /// <exception cref="MeshException">Those of reading, and <c>KeyCertificateMismatch</c>.</exception>
    internal static ClientCertificate Read(ReadOnlyMemory<byte> certificates, string certificatePlace, ReadOnlyMemory<byte> key, string keyPlace)
    {
        IReadOnlyList<MaterialItem> chain = CertificateReader.ReadCertificates(certificates, certificatePlace, allowPrivateKey: true);
        using PrivateKey privateKey = PrivateKeyReader.Read(key, keyPlace);
        KeyPairCheck.EnsureMatch(privateKey, keyPlace, chain[0].GetDer(), certificatePlace);
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(chain[0].GetDer().Span);
        X509Certificate2 leaf = privateKey.Use(handle => handle is RSA rsa ? bare.CopyWithPrivateKey(rsa) : bare.CopyWithPrivateKey((ECDsa)handle));
        return new ClientCertificate(Usable(leaf), [.. chain.Skip(1).Select(item => X509CertificateLoader.LoadCertificate(item.GetDer().Span))], certificatePlace);
    }

    internal bool IsExpired(DateTimeOffset now) => now > NotAfter;

    /// <exception cref="MeshException"><c>KubernetesClientCertificateExpired</c>.</exception>
    internal void EnsureCurrent(DateTimeOffset now)
    {
        if (IsExpired(now))
        {
            throw ConnectionErrors.ClientCertificateExpired(_place, NotAfter);
        }
    }

    public void Dispose()
    {
        _leaf.Dispose();
        foreach (X509Certificate2 intermediate in _intermediates)
        {
            intermediate.Dispose();
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"client certificate until {NotAfter:u}");

    /// <summary>The TLS of Windows and macOS takes no key that lives in memory alone, so there it goes through a key store.</summary>
    private static X509Certificate2 Usable(X509Certificate2 leaf)
    {
        if (!OperatingSystem.IsWindows() && !OperatingSystem.IsMacOS())
        {
            return leaf;
        }

        using (leaf)
        {
            byte[] pkcs12 = leaf.Export(X509ContentType.Pkcs12);
            try
            {
                return X509CertificateLoader.LoadPkcs12(pkcs12, password: null);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pkcs12);
            }
        }
    }
}
