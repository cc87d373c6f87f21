using System.Net.Sockets;

namespace MeshSecrets.Kubernetes;

/// <content>One connection through the proxy.</content>
public sealed partial class FaultProxy
{
    private sealed class Connection(FaultProxy proxy, Socket client)
    {
        private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp);

        internal async Task RunAsync()
        {
            try
            {
                await _server.ConnectAsync(proxy._target.Host, proxy._target.Port, proxy._end.Token);
                await Task.WhenAll(PumpRequestsAsync(), PumpAnswersAsync());
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // One side is gone, and so is the other one then.
            }
            finally
            {
                Cut();
                proxy._connections.TryRemove(this, out _);
            }
        }

        /// <summary>A reset, not an orderly end: both sides shall notice.</summary>
        internal void Cut()
        {
            client.Close(timeout: 0);
            _server.Close(timeout: 0);
        }

        private async Task PumpRequestsAsync()
        {
            byte[] buffer = new byte[65536];
            int count;
            while ((count = await client.ReceiveAsync(buffer, proxy._end.Token)) > 0)
            {
                await BehaviourAsync();
                await SendAsync(_server, buffer.AsMemory(0, count));
            }

            _server.Shutdown(SocketShutdown.Send);
        }

        private async Task PumpAnswersAsync()
        {
            byte[] buffer = new byte[65536];
            Behaviour? last = null;
            long sent = 0;
            int count;
            while ((count = await _server.ReceiveAsync(buffer, proxy._end.Token)) > 0)
            {
                for (int at = 0; at < count;)
                {
                    Behaviour behaviour = await BehaviourAsync();
                    sent = ReferenceEquals(behaviour, last) ? sent : 0;
                    last = behaviour;
                    int length = Math.Min(count - at, behaviour.Piece);
                    if (behaviour.MayCut && sent + length > behaviour.CutAfter && behaviour.TakeCut())
                    {
                        await SendAsync(client, buffer.AsMemory(at, (int)(behaviour.CutAfter - sent)));
                        Cut();
                        return;
                    }

                    await SendAsync(client, buffer.AsMemory(at, length));
                    at += length;
                    sent += length;
                    if (behaviour.Pause > TimeSpan.Zero)
                    {
                        await Task.Delay(behaviour.Pause, proxy._end.Token);
                    }
                }
            }

            client.Shutdown(SocketShutdown.Send);
        }

        private async Task<Behaviour> BehaviourAsync()
        {
            Behaviour behaviour = Volatile.Read(ref proxy._behaviour);
            while (behaviour.Holds)
            {
                await behaviour.Replaced.Task.WaitAsync(proxy._end.Token);
                behaviour = Volatile.Read(ref proxy._behaviour);
            }

            return behaviour;
        }

        private async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, proxy._end.Token)..];
            }
        }
    }
}
