using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>A proxy that knows CONNECT, lets through who logs in, and remembers what it saw.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly StubListener _listener;
    private readonly string _authorization;

    internal ConnectProxy(string authorization)
    {
        _authorization = authorization;
        _listener = new StubListener(TalkAsync);
    }

    internal int Port => _listener.Port;

    internal ConcurrentQueue<string> Lines { get; } = new();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task TalkAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (await ReadHeadAsync(stream, cancellationToken) is { Count: > 0 } head)
        {
            if (!head.Contains($"Proxy-Authorization: {_authorization}"))
            {
                await stream.WriteAsync("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancellationToken);
                continue;
            }

            IPEndPoint target = IPEndPoint.Parse(head[0].Split(' ')[1]);
            await StubListener.JoinAsync(stream, target, () => stream.WriteAsync("HTTP/1.1 200 Yes\r\n\r\n"u8.ToArray(), cancellationToken).AsTask(), cancellationToken);
            return;
        }
    }

    /// <summary>Octet by octet, since what follows the head belongs to the tunnel.</summary>
    private async Task<List<string>> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        StringBuilder text = new();
        byte[] octet = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(octet, cancellationToken) == 0)
            {
                return [];
            }

            text.Append((char)octet[0]);
        }

        List<string> lines = [.. text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];
        lines.ForEach(Lines.Enqueue);
        return lines;
    }
}
