using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using MeshSecrets.Tests.Issuers;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Interop;

/// <summary>Handshakes on the loopback with keys out of the store, and the reader of live servers against them.</summary>
public sealed class LiveTlsTests : IDisposable
{
    private const string Host = "web.shop.example";

    private readonly AuthorityFixture _authorities = new() { Clock = new ManualClock(DateTimeOffset.UtcNow) };
    private readonly StoreFixture _files = new();
    private readonly CertificateAuthority _mesh;
    private readonly X509Certificate2Collection _bundle = [];

    public LiveTlsTests()
    {
        CertificateAuthority root = _authorities.Root();
        _mesh = _authorities.Below(root);
        TrustBundle bundle = TrustBundle.Create([root.Certificate], _authorities.Clock.GetUtcNow());
        _bundle.ImportFromPem(System.Text.Encoding.ASCII.GetString(PemWriter.EncodeCertificates([.. bundle.Certificates.Select(certificate => certificate.Encoded)])));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authorities.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Tls_1_3_with_hostname_verification_and_mutual_authentication()
    {
        SslStreamCertificateContext server = await ContextAsync("web", CertificateProfile.Server);
        SslStreamCertificateContext client = await ContextAsync("client", CertificateProfile.Client);
        using TcpListener listener = Listen();
        Task<(SslProtocols Protocol, string? Peer)> served = ServeAsync(listener, server, demandClient: true);
        (SslProtocols protocol, string? peer) = await ConnectAsync(listener, client, Host);
        Assert.Equal((SslProtocols.Tls13, "CN=web.shop.example"), (protocol, peer));
        Assert.Equal((SslProtocols.Tls13, "CN=client.shop.example"), await served);
    }

    [Fact]
    public async Task Another_host_name_is_refused()
    {
        SslStreamCertificateContext server = await ContextAsync("web", CertificateProfile.Server);
        using TcpListener listener = Listen();
        Task served = ServeAsync(listener, server, demandClient: false);
        await Assert.ThrowsAsync<AuthenticationException>(() => ConnectAsync(listener, null, "cart.shop.example"));
        await Record.ExceptionAsync(() => served);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_whole_chain_of_a_live_server_is_read_even_of_one_that_demands_a_client_certificate(bool demandClient)
    {
        SslStreamCertificateContext server = await ContextAsync("web", CertificateProfile.Server);
        using TcpListener listener = Listen();
        Task served = ServeAsync(listener, server, demandClient);
        IReadOnlyList<CertificateInfo> chain = await TlsEndpoint.ReadChainAsync(Endpoint(listener), Host, Cancel);
        await Record.ExceptionAsync(() => served);
        Assert.Equal([Host, null], chain.Select(certificate => certificate.Names.DnsNames.FirstOrDefault()));
        Assert.Equal(_mesh.Certificate.Thumbprint, chain[1].Thumbprint);
    }

    [Fact]
    public async Task A_server_without_TLS_is_named()
    {
        using TcpListener listener = Listen();
        Task served = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync(Cancel);
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Cancel);
        }, Cancel);
        await StoreFixture.FailsAsync("EndpointNotTls", () => TlsEndpoint.ReadChainAsync(Endpoint(listener), null, Cancel));
        await served;
    }

    [Fact]
    public async Task A_closed_port_is_named()
    {
        using TcpListener listener = Listen();
        string endpoint = Endpoint(listener);
        listener.Stop();
        await StoreFixture.FailsAsync("EndpointUnreachable", () => TlsEndpoint.ReadChainAsync(endpoint, null, Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":443")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:https")]
    [InlineData("https://host")]
    [InlineData("a b:443")]
    public async Task What_is_no_endpoint_is_refused(string endpoint) =>
        await StoreFixture.FailsAsync("EndpointInvalid", () => TlsEndpoint.ReadChainAsync(endpoint, null, Cancel));

    private static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static string Endpoint(TcpListener listener) => $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>Issues, stores, reads back from the store, and hands chain and key to the framework as PEM.</summary>
    private async Task<SslStreamCertificateContext> ContextAsync(string name, CertificateProfile profile)
    {
        await using EmbeddedStore store = await _files.OpenAsync();
        TlsKeyOrder order = new() { Id = StoreFixture.Id(name), Names = SubjectAlternativeNames.Create([$"{name}.shop.example"]), Profile = profile };
        using (Secret issued = (await TlsKeyIssuance.IssueAsync(order, _mesh, Cancel)).Secret)
        {
            await store.PutAsync(new SecretWrite(issued, WriteMode.Create), Cancel);
        }

        using Secret stored = await store.GetRequiredAsync(order.Id, Cancel);
        string chain = Text(stored, DataKey.Certificate);
        X509Certificate2 leaf = X509Certificate2.CreateFromPem(chain, Text(stored, DataKey.PrivateKey));
        X509Certificate2Collection intermediates = [];
        intermediates.ImportFromPem(chain);
        intermediates.RemoveAt(0);
        return SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
    }

    private static string Text(Secret secret, string dataKey) => System.Text.Encoding.ASCII.GetString(secret.GetData().GetValue(dataKey).Span);

    private X509ChainPolicy Trust()
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(_bundle);
        return policy;
    }

    private async Task<(SslProtocols Protocol, string? Peer)> ServeAsync(TcpListener listener, SslStreamCertificateContext context, bool demandClient)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(Cancel);
        await using SslStream tls = new(client.GetStream());
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = context,
                ClientCertificateRequired = demandClient,
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateChainPolicy = Trust(),
            },
            Cancel);
        await tls.WriteAsync(new byte[] { 1 }, Cancel);
        return (tls.SslProtocol, tls.RemoteCertificate?.Subject);
    }

    private async Task<(SslProtocols Protocol, string? Peer)> ConnectAsync(TcpListener listener, SslStreamCertificateContext? own, string host)
    {
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Cancel);
        await using SslStream tls = new(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificateContext = own,
                CertificateChainPolicy = Trust(),
            },
            Cancel);
        Assert.Equal(1, await tls.ReadAsync(new byte[1], Cancel));
        return (tls.SslProtocol, tls.RemoteCertificate?.Subject);
    }
}
