using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace MeshSecrets.Kubernetes;

/// <summary>What an administrator's kubeconfig says: server, whom to trust, and how to show who one is.</summary>
internal sealed record ClusterAccess(Uri Server, string CertificateAuthorityPem, string? Token, string? CertificatePem, string? KeyPem)
{
    /// <summary>Reads the current context by kubectl, so that it is read as kubectl reads it.</summary>
    internal static async Task<ClusterAccess> ReadAsync(string kubeconfig, CancellationToken cancellationToken)
    {
        string json = await ExternalProgram.RunAsync(
            ClusterPrograms.Kubectl,
            ["config", "view", "--minify", "--raw", "--flatten", "-o", "json", "--kubeconfig", kubeconfig],
            null,
            cancellationToken);
        using var document = JsonDocument.Parse(json);
        JsonElement cluster = document.RootElement.GetProperty("clusters")[0].GetProperty("cluster");
        JsonElement user = document.RootElement.GetProperty("users")[0].GetProperty("user");
        var access = new ClusterAccess(
            new Uri(cluster.GetProperty("server").GetString()!),
            Decoded(cluster, "certificate-authority-data") ?? "",
            user.TryGetProperty("token", out JsonElement token) ? token.GetString() : null,
            Decoded(user, "client-certificate-data"),
            Decoded(user, "client-key-data"));
        Assert.SkipWhen(access.Token is null && access.KeyPem is null, $"{kubeconfig} has neither a token nor a client certificate, which the tests need.");
        return access;
    }

    /// <summary>The credentials as a kubeconfig has them.</summary>
    internal string Credentials => KeyPem is null ? ClusterUser.ByToken(Token!) : ClusterUser.ByCertificate(CertificatePem!, KeyPem);

    /// <summary>A client for requests of the tests' own.</summary>
    internal HttpClient CreateClient()
    {
        var tls = new SslClientAuthenticationOptions();
        if (CertificateAuthorityPem.Length > 0)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPem(CertificateAuthorityPem);
        }

        if (KeyPem is not null)
        {
            tls.ClientCertificates = [X509Certificate2.CreateFromPem(CertificatePem, KeyPem)];
        }

        var client = new HttpClient(new SocketsHttpHandler { SslOptions = tls, UseProxy = false }) { BaseAddress = Server };
        client.DefaultRequestHeaders.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    private static string? Decoded(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? Encoding.UTF8.GetString(value.GetBytesFromBase64()) : null;
}
