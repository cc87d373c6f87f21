using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>
/// A proxy of SOCKS5 (RFC 1928) that knows CONNECT, without a login or with name and password (RFC 1929). It takes nothing that
/// these do not allow: a client that says such a thing fails the test at the end.
/// </summary>
internal sealed class SocksProxy : IAsyncDisposable
{
    private const byte Version = 5;

    private readonly StubListener _listener;
    private readonly (string Name, string Password)? _login;
    private readonly IReadOnlyDictionary<string, IPAddress> _hosts;

    /// <param name="login">Who is let through; everybody if <see langword="null"/>.</param>
    /// <param name="hosts">Names and addresses that this proxy alone knows.</param>
    internal SocksProxy((string Name, string Password)? login, IReadOnlyDictionary<string, IPAddress> hosts)
    {
        (_login, _hosts) = (login, hosts);
        _listener = new StubListener(TalkAsync);
    }

    internal int Port => _listener.Port;

    /// <summary>What was to be connected to: kind of address, address and port.</summary>
    internal ConcurrentQueue<string> Targets { get; } = new();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task TalkAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (!await NegotiateAsync(stream, cancellationToken))
        {
            return; // RFC 1928 §3, RFC 1929 §2: the connection must be closed.
        }

        // §4: version, command, reserved, kind of address.
        byte[] head = await ReadAsync(stream, 4, cancellationToken);
        Assert.Equal((Version, 0), (head[0], head[2]));
        (string kind, string host) = head[3] switch
        {
            1 => ("IPv4", new IPAddress(await ReadAsync(stream, 4, cancellationToken)).ToString()),
            3 => ("name", Encoding.ASCII.GetString(await ReadCountedAsync(stream, cancellationToken))),
            4 => ("IPv6", new IPAddress(await ReadAsync(stream, 16, cancellationToken)).ToString()),
            byte other => throw new InvalidDataException($"There is no kind of address {other}."),
        };
        Assert.False(kind == "name" && IPAddress.TryParse(host, out _), "An address is no name.");
        int port = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(stream, 2, cancellationToken));
        Targets.Enqueue($"{kind} {host}:{port}");
        if (head[1] != 1)
        {
            await ReplyAsync(stream, 7, cancellationToken); // Command not supported.
            return;
        }

        if (!_hosts.TryGetValue(host, out IPAddress? address))
        {
            await ReplyAsync(stream, 4, cancellationToken); // Host unreachable.
            return;
        }

        try
        {
            await StubListener.JoinAsync(stream, new IPEndPoint(address, port), () => ReplyAsync(stream, 0, cancellationToken), cancellationToken);
        }
        catch (SocketException)
        {
            await ReplyAsync(stream, 5, cancellationToken); // Connection refused.
        }
    }

    /// <summary>Agrees on a way to log in, and lets the client do so.</summary>
    private async Task<bool> NegotiateAsync(Stream stream, CancellationToken cancellationToken)
    {
        Assert.Equal(Version, (await ReadAsync(stream, 1, cancellationToken))[0]);
        byte[] methods = await ReadCountedAsync(stream, cancellationToken);
        byte wanted = (byte)(_login is null ? 0 : 2);
        bool offered = methods.Contains(wanted);
        await stream.WriteAsync(new byte[] { Version, offered ? wanted : (byte)0xFF }, cancellationToken);
        if (!offered || _login is not { } login)
        {
            return offered;
        }

        Assert.Equal(1, (await ReadAsync(stream, 1, cancellationToken))[0]); // The version of RFC 1929, not of SOCKS.
        string name = Encoding.UTF8.GetString(await ReadCountedAsync(stream, cancellationToken));
        string password = Encoding.UTF8.GetString(await ReadCountedAsync(stream, cancellationToken));
        bool known = (name, password) == login;
        await stream.WriteAsync(new byte[] { 1, (byte)(known ? 0 : 1) }, cancellationToken);
        return known;
    }

    /// <summary>§6: what became of it, and the address that it is bound to, which for CONNECT nobody needs.</summary>
    private static Task ReplyAsync(Stream stream, byte code, CancellationToken cancellationToken) =>
        stream.WriteAsync(new byte[] { Version, code, 0, 1, 0, 0, 0, 0, 0, 0 }, cancellationToken).AsTask();

    private static async Task<byte[]> ReadCountedAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte count = (await ReadAsync(stream, 1, cancellationToken))[0];
        Assert.InRange(count, 1, 255);
        return await ReadAsync(stream, count, cancellationToken);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        byte[] read = new byte[count];
        await stream.ReadExactlyAsync(read, cancellationToken); // An end before that is an IOException: the client left.
        return read;
    }
}
