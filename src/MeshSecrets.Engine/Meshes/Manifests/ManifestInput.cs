using System.Buffers;
using System.Security.Cryptography;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>The bytes of a manifest, after a look at how they begin.</summary>
internal sealed class ManifestInput : IDisposable
{
    /// <summary>More blank bytes than this at the beginning are left to the YAML parser.</summary>
    private const int HeadSize = 4096;

    private static readonly SearchValues<byte> s_blanks = SearchValues.Create(" \t\r\n"u8);

    private readonly Stream _stream;
    private readonly byte[] _head = new byte[HeadSize];
    private int _next;
    private int _end;

    internal ManifestInput(Stream stream, string source, int? linesBefore = null)
    {
        _stream = stream;
        IsPiece = linesBefore is not null;
        LinesBefore = linesBefore ?? 0;
        Source = source;
        Append(atLeast: 4);
        if (IsWide(_head.AsSpan(0, _end)))
        {
            throw ManifestErrors.Invalid(new(source), "the text is in UTF-16 or UTF-32, and only UTF-8 is read. Save it as UTF-8; in PowerShell: Set-Content -Encoding utf8");
        }

        _next = _head.AsSpan(0, _end).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        IsJson = BeginsAsJson();
    }

    internal string Source { get; }

    /// <summary>Whether the text is a piece of a stream, after which others are read.</summary>
    internal bool IsPiece { get; }

    /// <summary>The lines of the stream before this piece, so that places are those of the whole.</summary>
    internal int LinesBefore { get; }

    /// <summary>Whether it begins as JSON does: a brace, and then a name in quotation marks. YAML's own flow form may have names without them.</summary>
    internal bool IsJson { get; }

    internal int Read(Span<byte> target)
    {
        int rest = _end - _next;
        if (rest == 0)
        {
            return _stream.Read(target);
        }

        int count = Math.Min(rest, target.Length);
        _head.AsSpan(_next, count).CopyTo(target);
        _next += count;
        return count;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_head);

    /// <summary>UTF-16 and UTF-32, by their marks or by the zero bytes beside ASCII characters.</summary>
    private static bool IsWide(ReadOnlySpan<byte> head) =>
        head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, 0, 0xFE, 0xFF, ..]
        || head is [0, >= 9 and < 0x7F, 0, >= 9 and < 0x7F, ..] or [>= 9 and < 0x7F, 0, >= 9 and < 0x7F, 0, ..];

    private bool BeginsAsJson() =>
        FindInked(_next) is >= 0 and int brace && _head[brace] == '{'
        && FindInked(brace + 1) is >= 0 and int inner && _head[inner] is (byte)'"' or (byte)'}';

    /// <summary>The place of the first byte that is not blank, or -1 if the head has none.</summary>
    private int FindInked(int from)
    {
        while (true)
        {
            int found = _head.AsSpan(from, _end - from).IndexOfAnyExcept(s_blanks);
            if (found >= 0)
            {
                return from + found;
            }

            from = _end;
            if (!Append(atLeast: 1))
            {
                return -1;
            }
        }
    }

    private bool Append(int atLeast)
    {
        int count = _end == HeadSize ? 0 : _stream.ReadAtLeast(_head.AsSpan(_end), Math.Min(atLeast, HeadSize - _end), throwOnEndOfStream: false);
        _end += count;
        return count > 0;
    }
}
