using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>A free port of this machine, and a talk with everybody who connects to it, until it ends.</summary>
internal sealed class StubListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _talks = [];
    private readonly Func<Stream, CancellationToken, Task> _talk;
    private readonly Task _accepting;

    /// <param name="talk">One talk; it may end as the client leaves.</param>
    internal StubListener(Func<Stream, CancellationToken, Task> talk)
    {
        _talk = talk;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    internal int Port { get; }

    /// <summary>Hands on what either side says, as a proxy does, until one of them has said all.</summary>
    internal static async Task JoinAsync(Stream near, IPEndPoint target, Func<Task> connected, CancellationToken cancellationToken)
    {
        using TcpClient far = new();
        await far.ConnectAsync(target, cancellationToken);
        await connected();
        NetworkStream onward = far.GetStream();
        await Task.WhenAny(near.CopyToAsync(onward, cancellationToken), onward.CopyToAsync(near, cancellationToken));
    }

    /// <summary>Ends the talks; what a talk did wrong is thrown here.</summary>
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
                await _talk(client.GetStream(), _stop.Token);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // The client left, or would not have our certificate: that is what some tests are about.
                client.Close();
            }
        }
    }
}
