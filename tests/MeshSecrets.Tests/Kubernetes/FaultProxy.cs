using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MeshSecrets.Kubernetes;

/// <summary>
/// Bad luck on the line between a client and the API server, at a moment that the test chooses. It sees bytes only: TLS goes
/// through it. What shall happen from now on is said by a method; connections that are open obey as well.
/// </summary>
/// <remarks>Faults of HTTP (429, an answer lost after the work was done) are those of <see cref="FaultServer"/>.</remarks>
public sealed partial class FaultProxy : IAsyncDisposable
{
    private readonly Uri _target;
    private readonly ConcurrentDictionary<Connection, Task> _connections = new();
    private readonly CancellationTokenSource _end = new();
    private readonly int _port;
    private Socket _listener;
    private Task _accepting;
    private Behaviour _behaviour = Behaviour.Through();
    private int _accepted;

    private FaultProxy(Uri target)
    {
        _target = target;
        _listener = Bind(0);
        _port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>The server's address with this proxy in its place.</summary>
    public Uri Address => new UriBuilder(_target) { Host = "127.0.0.1", Port = _port }.Uri;

    /// <summary>How many connections have been accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>A proxy that lets everything through, until it is told otherwise.</summary>
    public static FaultProxy Start(Uri target) => new(target);

    /// <summary>Everything goes through; what was held comes first.</summary>
    public void Pass() => Become(Behaviour.Through());

    /// <summary>Nothing goes through in either direction, and nobody is told, until another method is called.</summary>
    public void Hang() => Become(Behaviour.Held());

    /// <summary>Answers go through in small pieces.</summary>
    /// <param name="bytes">The length of a piece.</param>
    /// <param name="pause">Between two pieces.</param>
    public void Trickle(int bytes, TimeSpan pause = default) => Become(Behaviour.Through() with { Piece = bytes, Pause = pause });

    /// <summary>A connection is reset when this many bytes of answers have passed on it from now on, TLS included.</summary>
    /// <param name="bytes">0 cuts at the first byte of an answer: the server has done what was asked.</param>
    /// <param name="times">How many connections are cut so; afterwards all goes through.</param>
    public void CutAfter(long bytes, int times = int.MaxValue) => Become(new Behaviour(bytes, times));

    /// <summary>Resets the connections that are open; new ones go on as before.</summary>
    public void CutNow()
    {
        foreach (Connection connection in _connections.Keys)
        {
            connection.Cut();
        }
    }

    /// <summary>Resets the connections that are open, and refuses new ones, as if no server were running.</summary>
    public async Task RefuseAsync()
    {
        if (_accepting.IsCompleted)
        {
            return;
        }

        _listener.Dispose();
        await _accepting;

        // Bound and not listening: the kernel refuses, and the port stays ours.
        _listener = Bind(_port);
        CutNow();
    }

    /// <summary>Accepts connections again, and lets everything through.</summary>
    public void Accept()
    {
        Pass();
        if (_accepting.IsCompleted)
        {
            _accepting = AcceptAsync(_listener);
        }
    }

    /// <summary>Cuts what is open and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        CutNow();
        await Task.WhenAll(_connections.Values);
        _end.Dispose();
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private void Become(Behaviour next) => Interlocked.Exchange(ref _behaviour, next).Replaced.TrySetResult();

    private async Task AcceptAsync(Socket listener)
    {
        listener.Listen();
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync(_end.Token);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The listener was closed: by RefuseAsync or at the end.
                return;
            }

            Interlocked.Increment(ref _accepted);
            var connection = new Connection(this, client);
            _connections[connection] = connection.RunAsync();
        }
    }

    /// <summary>What happens, until it is replaced.</summary>
    private sealed record Behaviour(long CutAfter, int Times)
    {
        private int _cuts;

        internal bool Holds { get; private init; }

        internal int Piece { get; init; } = int.MaxValue;

        internal TimeSpan Pause { get; init; }

        internal TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal bool MayCut => _cuts < Times;

        internal static Behaviour Through() => new(long.MaxValue, 0);

        internal static Behaviour Held() => new(long.MaxValue, 0) { Holds = true };

        /// <summary>Takes one of the cuts, if any is left.</summary>
        internal bool TakeCut() => Interlocked.Increment(ref _cuts) <= Times;
    }
}
