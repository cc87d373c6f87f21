using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MeshSecrets.Kubernetes;

/// <summary>
/// An API server in front of the real one, with a certificate of its own authority. It passes on what it is asked (HTTP/1.1 and
/// HTTP/2, watches too), but for requests that meet a rule of the test.
/// </summary>
/// <remarks>
/// A request with a token goes on with it; every other one goes on as the administrator, whose certificate cannot be passed on.
/// </remarks>
public sealed class FaultServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TestCluster _cluster;
    private readonly HttpClient _withToken;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private ConcurrentQueue<FaultRule> _rules = new();

    private FaultServer(TestCluster cluster, WebApplication application, string authorityPem)
    {
        (_cluster, _application, CertificateAuthorityPem) = (cluster, application, authorityPem);
        _withToken = cluster.CreateClient(anonymous: true);
        application.Run(ServeAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Urls.Single());

    /// <summary>What signed its certificate.</summary>
    public string CertificateAuthorityPem { get; }

    /// <summary>What was asked so far: method and path with query.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Starts one on a free port.</summary>
    /// <param name="cluster">Where it passes on to.</param>
    /// <param name="protocols">What it speaks; HTTP/1.1 alone as kubectl proxy and some load balancers do.</param>
    public static async Task<FaultServer> StartAsync(TestCluster cluster, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        (X509Certificate2 certificate, string authorityPem) = MakeCertificate();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = protocols;
                listen.UseHttps(certificate);
            });
        });
        builder.Logging.ClearProviders();
        var server = new FaultServer(cluster, builder.Build(), authorityPem);
        await server._application.StartAsync();
        return server;
    }

    /// <summary>The next requests with this method, and with this text in path and query, meet a fault. The first rule that fits counts.</summary>
    public FaultRule On(string method, string target, Fault fault, int times = 1)
    {
        var rule = new FaultRule(method, target, fault, times);
        _rules.Enqueue(rule);
        return rule;
    }

    /// <summary>From now on all goes through.</summary>
    public void Clear() => _rules = new();

    /// <summary>A kubeconfig that leads here; without credentials as the administrator.</summary>
    public Task<string> WriteKubeconfigAsync(string? credentials = null, string @namespace = "default") =>
        _cluster.WriteKubeconfigAsync("faults", credentials ?? _cluster.AdministratorCredentials, @namespace, Address, CertificateAuthorityPem);

    /// <summary>Ends, with all connections.</summary>
    /// <exception cref="AggregateException">What a test had made a fault of failed.</exception>
    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource())
        {
            // Watches and hanging requests are not waited for.
            await now.CancelAsync();
            await _application.StopAsync(now.Token);
        }

        await _application.DisposeAsync();
        _withToken.Dispose();
        if (!_failures.IsEmpty)
        {
            throw new AggregateException("A fault made by the test failed itself.", _failures);
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var exchange = new FaultExchange(context, context.Request.Headers.Authorization.Count > 0 ? _withToken : _cluster.Http);
        _requests.Enqueue(exchange.Line);
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        try
        {
            FaultRule? rule = _rules.FirstOrDefault(rule => rule.Takes(context.Request.Method, target));
            await (rule?.Fault ?? Faults.Before(() => Task.CompletedTask))(exchange);
        }
        catch (Exception error) when (!context.Response.HasStarted && error is (HttpRequestException or IOException or OperationCanceledException))
        {
            // The client or the real server is gone: the other one sees the same. (Of a begun answer, Kestrel withholds the end.)
            context.Abort();
        }
        catch (Exception error) when (error is not (HttpRequestException or IOException or OperationCanceledException))
        {
            // What a test does within a fault went wrong: the client sees a break, the test learns why from DisposeAsync.
            _failures.Enqueue(error);
            context.Abort();
        }
    }

    private static (X509Certificate2 Certificate, string AuthorityPem) MakeCertificate()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=fault-server-ca", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using X509Certificate2 authority = authorityRequest.CreateSelfSigned(now.AddHours(-1), now.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fault-server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 signed = request.Create(authority, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return (signed.CopyWithPrivateKey(key), authority.ExportCertificatePem());
    }
}
