using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>A proxy that knows CONNECT, lets through who logs in, and remembers what it saw.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _talks = [];
    private readonly string _authorization;
    private readonly Task _accepting;

    internal ConnectProxy(string authorization)
    {
        _authorization = authorization;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal ConcurrentQueue<string> Lines { get; } = new();

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
                NetworkStream near = client.GetStream();
                while (true)
                {
                    List<string> head = await ReadHeadAsync(near);
                    if (head.Count == 0)
                    {
                        return;
                    }

                    if (!head.Contains($"Proxy-Authorization: {_authorization}"))
                    {
                        await near.WriteAsync("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stop.Token);
                        continue;
                    }

                    IPEndPoint target = IPEndPoint.Parse(head[0].Split(' ')[1]);
                    using TcpClient far = new();
                    await far.ConnectAsync(target, _stop.Token);
                    await near.WriteAsync("HTTP/1.1 200 Yes\r\n\r\n"u8.ToArray(), _stop.Token);
                    NetworkStream onward = far.GetStream();
                    await Task.WhenAny(near.CopyToAsync(onward, _stop.Token), onward.CopyToAsync(near, _stop.Token));
                    return;
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                client.Close();
            }
        }
    }

    /// <summary>Octet by octet, since what follows the head belongs to the tunnel.</summary>
    private async Task<List<string>> ReadHeadAsync(NetworkStream stream)
    {
        StringBuilder text = new();
        byte[] octet = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(octet, _stop.Token) == 0)
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
