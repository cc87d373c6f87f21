using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>JSON, taken apart: one value or several, one after the other or one on each line.</summary>
internal sealed class JsonTokens(ManifestInput input) : ManifestTokens(input)
{
    /// <summary>Deeper than what is read, so that depth is refused with the reason that YAML gets, too.</summary>
    private const int MaxDepth = 2 * ManifestReader.MaxDepth;

    private byte[] _buffer = new byte[32 * 1024];
    private int _next;
    private int _end;
    private bool _final;
    private long _consumed;
    private long _objectStart;
    private long _lineStart;
    private int _line = input.LinesBefore + 1;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true });

    internal override void BeginObject() => _objectStart = _consumed;

    internal override ManifestToken Read()
    {
        while (true)
        {
            Utf8JsonReader reader = new(_buffer.AsSpan(_next, _end - _next), _final, _state);
            bool found;
            try
            {
                found = reader.Read();
            }
            catch (JsonException e)
            {
                // The reader's own message may quote the text.
                throw Broken(new(Source, LinesBefore + (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1), "the text is no valid JSON");
            }

            if (found)
            {
                return Take(ref reader);
            }

            if (_final)
            {
                return ManifestToken.End;
            }

            Consume((int)reader.BytesConsumed);
            _state = reader.CurrentState;
            Fill();
        }
    }

    public override void Dispose() => CryptographicOperations.ZeroMemory(_buffer);

    private ManifestToken Take(ref Utf8JsonReader reader)
    {
        int start = (int)reader.TokenStartIndex;
        int before = (int)reader.BytesConsumed - start;
        Consume(start);
        Line = _line;
        Column = (int)(_consumed - _lineStart) + 1;
        Fault = null;
        IsString = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
        Text = IsString ? TakeText(ref reader)
            : reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False ? Encoding.ASCII.GetString(reader.ValueSpan)
            : null;
        ManifestToken token = reader.TokenType switch
        {
            JsonTokenType.StartObject => ManifestToken.MappingStart,
            JsonTokenType.EndObject => ManifestToken.MappingEnd,
            JsonTokenType.StartArray => ManifestToken.SequenceStart,
            JsonTokenType.EndArray => ManifestToken.SequenceEnd,
            _ => ManifestToken.Scalar,
        };
        Consume(before);
        _state = reader.CurrentState;
        return token;
    }

    private string? TakeText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            Fault = "a text stands here that is no valid Unicode";
            return null;
        }
    }

    private void Consume(int count)
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_next, count);
        int last = bytes.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            _line += bytes.Count((byte)'\n');
            _lineStart = _consumed + last + 1;
        }

        _next += count;
        _consumed += count;
    }

    private void Fill()
    {
        int rest = _end - _next;
        if (_consumed + rest - _objectStart > ManifestReader.MaxObjectSize)
        {
            throw ManifestErrors.TooLarge(new(Source, _line), $"an object, or what stands before it, has more than {ManifestReader.MaxObjectSize} bytes");
        }

        if (rest == _buffer.Length)
        {
            byte[] larger = new byte[2 * _buffer.Length];
            _buffer.AsSpan(_next, rest).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_next, rest).CopyTo(_buffer);
        }

        _next = 0;
        int count = Input.Read(_buffer.AsSpan(rest));
        _end = rest + count;
        _final = count == 0;
    }
}
