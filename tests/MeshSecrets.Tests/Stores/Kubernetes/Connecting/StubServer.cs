using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>A server on a real socket that speaks HTTP/1.1 over TLS, remembers what was asked and by whom, and answers as it is told.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly StubListener _listener;
    private readonly SslStreamCertificateContext _certificate;
    private readonly Func<StubRequest, StubAnswer> _answer;

    /// <param name="certificate">The server's certificate.</param>
    /// <param name="answer">What it answers.</param>
    internal StubServer(ForgedCertificate certificate, Func<StubRequest, StubAnswer>? answer = null)
    {
        _certificate = SslStreamCertificateContext.Create(ClusterPki.WithKey(certificate), [], offline: true);
        _answer = answer ?? (_ => new StubAnswer(200));
        _listener = new StubListener(TalkAsync);
    }

    internal int Port => _listener.Port;

    internal string Address => $"https://127.0.0.1:{Port}";

    internal ConcurrentQueue<StubRequest> Requests { get; } = new();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task TalkAsync(Stream stream, CancellationToken cancellationToken)
    {
        List<string> clientChain = [];
        string? serverName = null;
        await using SslStream tls = new(stream);
        await tls.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                serverName = hello.ServerName;
                return new(Options(clientChain));
            },
            state: null,
            cancellationToken);
        await ServeAsync(tls, clientChain, serverName, cancellationToken);
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

    private async Task ServeAsync(Stream stream, List<string> clientChain, string? serverName, CancellationToken cancellationToken)
    {
        using StreamReader reader = new(stream, Encoding.Latin1, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            Dictionary<string, List<string>> headers = new(StringComparer.OrdinalIgnoreCase);
            while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } header)
            {
                string[] parts = header.Split(": ", 2);
                (headers.TryGetValue(parts[0], out List<string>? values) ? values : headers[parts[0]] = []).Add(parts.Length > 1 ? parts[1] : string.Empty);
            }

            int length = headers.TryGetValue("Content-Length", out List<string>? size) ? int.Parse(size[0], CultureInfo.InvariantCulture) : 0;
            char[] body = new char[length];
            if (length > 0)
            {
                await reader.ReadBlockAsync(body, cancellationToken);
            }

            StubRequest request = new(line, headers, new string(body), [.. clientChain], serverName);
            Requests.Enqueue(request);
            StubAnswer answer = _answer(request);
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 {answer.Status} Answer\r\n{answer.Headers}Content-Length: {answer.Body.Length}\r\n\r\n{answer.Body}"), cancellationToken);
        }
    }
}
