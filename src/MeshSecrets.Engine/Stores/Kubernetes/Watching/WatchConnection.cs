using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>Reads the events of one connection: a line of JSON each.</summary>
internal static class WatchConnection
{
    // An object has at most 1.5 MiB in etcd; its annotations and managed fields are less.
    private const int MaxLength = 8 * 1024 * 1024;

    /// <summary>Reads until the server ends the answer. A last line without its end is what a cut left of it, and is not taken.</summary>
    internal static async IAsyncEnumerable<WatchEvent> ReadAsync(Stream body, ApiRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PipeReader reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        try
        {
            bool ended = false;
            while (!ended)
            {
                ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                ReadOnlySequence<byte> rest = read.Buffer;
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    ReadOnlySequence<byte> line = rest.Slice(0, end);
                    rest = rest.Slice(rest.GetPosition(1, end));
                    yield return Parse(line, request);
                }

                if (rest.Length > MaxLength)
                {
                    throw KubernetesErrors.AnswerInvalid(request);
                }

                reader.AdvanceTo(rest.Start, rest.End);
                ended = read.IsCompleted;
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static WatchEvent Parse(ReadOnlySequence<byte> line, ApiRequest request)
    {
        try
        {
            Utf8JsonReader json = new(line);
            return JsonSerializer.Deserialize(ref json, KubernetesJson.Default.WatchEvent) ?? throw KubernetesErrors.AnswerInvalid(request);
        }
        catch (JsonException)
        {
            throw KubernetesErrors.AnswerInvalid(request); // Without its cause, which may quote the line.
        }
    }
}
