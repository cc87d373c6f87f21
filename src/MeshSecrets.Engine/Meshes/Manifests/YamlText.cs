using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>
/// The text as the YAML parser takes it, character by character: decoded strictly, without what YAML does not allow, and
/// no more of it for one object than an object may have.
/// </summary>
internal sealed class YamlText(ManifestInput input) : TextReader
{
    private const int ChunkSize = 16 * 1024;

    /// <summary>YAML's c-printable leaves them out. The parser would take NUL for the end, and what follows for nothing.</summary>
    private static readonly SearchValues<char> s_forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code).Where(c => c is not ('\t' or '\n' or '\r')), '\x7F', '\uFEFF', '\uFFFE', '\uFFFF']);

    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
    private readonly byte[] _bytes = new byte[ChunkSize];
    private readonly char[] _chars = new char[ChunkSize + 2];
    private int _next;
    private int _end;
    private long _before;
    private long _objectStart;
    private int _linesBefore;
    private int _lines;

    /// <summary>From here on the size of an object is counted.</summary>
    internal void BeginObject() => _objectStart = _before + _next;

    public override int Read() => _next < _end || Fill() ? _chars[_next++] : -1;

    public override int Peek() => _next < _end || Fill() ? _chars[_next] : -1;

    public override int Read(char[] buffer, int index, int count)
    {
        if (_next == _end && !Fill())
        {
            return 0;
        }

        int length = Math.Min(count, _end - _next);
        _chars.AsSpan(_next, length).CopyTo(buffer.AsSpan(index));
        _next += length;
        return length;
    }

    /// <summary>The first line, from one on, in whose indentation a tab stands, as far as the text is still at hand; 0 if there is none.</summary>
    internal int FindTabIndented(int fromLine)
    {
        int line = _linesBefore;
        foreach (ReadOnlySpan<char> text in _chars.AsSpan(0, _end).EnumerateLines())
        {
            if (++line >= fromLine && text[..^text.TrimStart(" \t").Length].Contains('\t'))
            {
                return line;
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        CryptographicOperations.ZeroMemory(_bytes);
        Array.Clear(_chars);
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        if (_before + _next - _objectStart > ManifestReader.MaxObjectSize)
        {
            throw ManifestErrors.TooLarge(new(input.Source, input.LinesBefore + _linesBefore + 1), $"an object, or what stands before it, has more than {ManifestReader.MaxObjectSize} characters");
        }

        int length = 0;
        while (length == 0)
        {
            // What was read last stays at hand if nothing follows: an error may be about it.
            int count = input.Read(_bytes);
            length = Decode(_bytes.AsSpan(0, count), flush: count == 0);
            if (count == 0)
            {
                return false;
            }
        }

        _before += _end;
        _linesBefore += _lines;
        _next = 0;
        _end = length;
        _lines = _chars.AsSpan(0, length).Count('\n');
        int forbidden = _chars.AsSpan(0, _end).IndexOfAny(s_forbidden);
        return forbidden < 0 || ThrowForbidden(forbidden);
    }

    private int Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        try
        {
            return _decoder.GetChars(bytes, bytes.IsEmpty ? [] : _chars, flush);
        }
        catch (DecoderFallbackException e)
        {
            int line = input.LinesBefore + _linesBefore + _lines + 1 + bytes[..Math.Clamp(e.Index, 0, bytes.Length)].Count((byte)'\n');
            throw ManifestErrors.Invalid(new(input.Source, line), "the text is not in UTF-8");
        }
    }

    private bool ThrowForbidden(int index)
    {
        ReadOnlySpan<char> before = _chars.AsSpan(0, index);
        int line = input.LinesBefore + _linesBefore + 1 + before.Count('\n');
        throw ManifestErrors.Invalid(new(input.Source, line), _chars[index] == '\uFEFF'
            ? "a byte order mark stands within the text, as when files were joined. Remove it"
            : $"a control character (U+{(int)_chars[index]:X4}) stands in the text; it is binary, or damaged");
    }
}
