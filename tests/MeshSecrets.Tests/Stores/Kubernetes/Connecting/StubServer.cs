using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>A server on a real socket that speaks HTTP/1.1 over TLS, remembers what was asked and by whom, and answers as it is told.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _talks = [];
    private readonly SslStreamCertificateContext _certificate;
    private readonly Func<StubRequest, StubAnswer> _answer;
    private readonly Task _accepting;

    /// <param name="certificate">The server's certificate.</param>
    /// <param name="answer">What it answers.</param>
    internal StubServer(ForgedCertificate certificate, Func<StubRequest, StubAnswer>? answer = null)
    {
        _certificate = SslStreamCertificateContext.Create(ClusterPki.WithKey(certificate), [], offline: true);
        _answer = answer ?? (_ => new StubAnswer(200));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal string Address => $"https://127.0.0.1:{Port}";

    internal ConcurrentQueue<StubRequest> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_talks);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            Assert.True(_stop.IsCancellationRequested);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                List<string> clientChain = [];
                string? serverName = null;
                await using SslStream tls = new(client.GetStream());
                await tls.AuthenticateAsServerAsync(
                    (_, hello, _, _) =>
                    {
                        serverName = hello.ServerName;
                        return new(Options(clientChain));
                    },
                    state: null,
                    _stop.Token);
                await ServeAsync(tls, clientChain, serverName);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // The client left, or would not have our certificate: that is what some tests are about.
                client.Close();
            }
        }
    }

    private SslServerAuthenticationOptions Options(List<string> clientChain) => new()
    {
        ServerCertificateContext = _certificate,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.None,
        RemoteCertificateValidationCallback = (_, leaf, chain, _) =>
        {
            if (leaf is X509Certificate2 own)
            {
                clientChain.Add(own.Subject);
                clientChain.AddRange(chain!.ChainPolicy.ExtraStore.Select(sent => sent.Subject).Where(subject => subject != own.Subject));
            }

            return true;
        },
    };

    private async Task ServeAsync(Stream stream, List<string> clientChain, string? serverName)
    {
        using StreamReader reader = new(stream, Encoding.Latin1, leaveOpen: true);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            Dictionary<string, List<string>> headers = new(StringComparer.OrdinalIgnoreCase);
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
            {
                string[] parts = header.Split(": ", 2);
                (headers.TryGetValue(parts[0], out List<string>? values) ? values : headers[parts[0]] = []).Add(parts.Length > 1 ? parts[1] : string.Empty);
            }

            int length = headers.TryGetValue("Content-Length", out List<string>? size) ? int.Parse(size[0], CultureInfo.InvariantCulture) : 0;
            char[] body = new char[length];
            if (length > 0)
            {
                await reader.ReadBlockAsync(body, _stop.Token);
            }

            StubRequest request = new(line, headers, new string(body), [.. clientChain], serverName);
            Requests.Enqueue(request);
            StubAnswer answer = _answer(request);
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 {answer.Status} Answer\r\n{answer.Headers}Content-Length: {answer.Body.Length}\r\n\r\n{answer.Body}"), _stop.Token);
        }
    }
}
