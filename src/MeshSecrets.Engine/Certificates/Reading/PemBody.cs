using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Collects and decodes the base64 between two boundaries, knowing where each character stood.</summary>
internal sealed class PemBody(SourcePlace begin, string label, bool isSecret) : IDisposable
{
    private static readonly SearchValues<byte> s_base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private byte[] _characters = ArrayPool<byte>.Shared.Rent(4096);
    private int _count;
    private int _padding;
    private SourcePlace _last;

    /// <summary>Adds a line.</summary>
    internal void Append(ReadOnlySpan<byte> line, int number)
    {
        ReadOnlySpan<byte> text = line.TrimEnd(" \t"u8);
        SourcePlace place = begin with { Line = number };
        int clean = text.IndexOfAnyExcept(s_base64);
        int data = clean < 0 ? text.Length : clean;
        if (data > 0)
        {
            if (_padding > 0)
            {
                throw PemErrors.PaddingMisplaced(place with { Column = 1 });
            }

            Store(text[..data]);
            _last = place with { Column = data };
        }

        if (clean < 0)
        {
            return;
        }

        ReadOnlySpan<byte> rest = text[clean..];
        int pad = rest.IndexOfAnyExcept((byte)'=');
        if (pad < 0)
        {
            _padding += rest.Length;
            return;
        }

        throw Fault(text, rest, pad > 0 && s_base64.Contains(rest[pad]), clean + pad, place);
    }

    /// <summary>The bytes of the block; the caller owns them.</summary>
    internal byte[] Decode(int endLine)
    {
        if (_count == 0)
        {
            throw PemErrors.BlockEmpty(begin, label, endLine);
        }

        if ((_count + _padding) % 4 != 0 || _padding > 2 || _count % 4 == 1)
        {
            throw LengthFault();
        }

        _characters.AsSpan(_count, _padding).Fill((byte)'=');
        byte[] der = new byte[((_count + _padding) / 4 * 3) - _padding];
        OperationStatus status = Base64.DecodeFromUtf8(_characters.AsSpan(0, _count + _padding), der, out _, out int written);
        if (status != OperationStatus.Done || written != der.Length || HasStrayBits(der))
        {
            CryptographicOperations.ZeroMemory(der);
            throw PemErrors.PaddingWrong(_last, label, "its last character carries bits that no encoder writes");
        }

        return der;
    }

    /// <summary>Zeroes what was collected.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_characters.AsSpan(0, Math.Min(_count + 2, _characters.Length)));
        ArrayPool<byte>.Shared.Return(_characters);
    }

    private void Store(ReadOnlySpan<byte> characters)
    {
        // Two places stay free for the padding.
        if (_count + characters.Length + 2 > _characters.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(2 * (_count + characters.Length + 2));
            _characters.AsSpan(0, _count).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_characters);
            ArrayPool<byte>.Shared.Return(_characters);
            _characters = larger;
        }

        characters.CopyTo(_characters.AsSpan(_count));
        _count += characters.Length;
    }

    private MeshException Fault(ReadOnlySpan<byte> line, ReadOnlySpan<byte> rest, bool dataAfterPadding, int index, SourcePlace place)
    {
        SourcePlace at = place with { Column = index + 1 };
        if (dataAfterPadding)
        {
            return PemErrors.PaddingMisplaced(at);
        }

        if (_count == 0 || line.IndexOf((byte)':') > 0)
        {
            if (line.IndexOf("Proc-Type:"u8) >= 0 || line.IndexOf("DEK-Info:"u8) >= 0)
            {
                return PemErrors.LegacyEncryption(place);
            }

            if (line.IndexOf((byte)':') > 0)
            {
                return PemErrors.HeadersUnsupported(place);
            }
        }

        if (rest.StartsWith("\\n"u8) || rest.StartsWith("\\r"u8))
        {
            return PemErrors.LiteralNewlines(at);
        }

        if (line.IndexOf("END "u8) >= 0 && rest.IndexOf((byte)'-') >= 0)
        {
            return PemErrors.BoundaryMalformed(at, "END");
        }

        Rune.DecodeFromUtf8(line[index..], out Rune rune, out _);
        return PemErrors.StrayCharacter(at, label, isSecret ? null : rune);
    }

    /// <summary>
    /// The DER header tells how long the block must be, so that a character too many is told from one too few.
    /// </summary>
    private MeshException LengthFault()
    {
        Span<byte> head = stackalloc byte[6];
        Base64.DecodeFromUtf8(_characters.AsSpan(0, Math.Min(8, _count / 4 * 4)), head, out _, out int written);
        if (DerHeader.TryRead(head[..written], out DerHeader header) && header.TotalLength is { } total && total < int.MaxValue)
        {
            long expected = ((total * 4) + 2) / 3;
            if (_count > expected)
            {
                return PemErrors.CharactersTooMany(_last, label, _count - expected, expected);
            }

            if (_count < expected)
            {
                return PemErrors.CharactersMissing(_last, label, expected - _count, expected);
            }
        }

        return PemErrors.PaddingWrong(
            _last,
            label,
            $"{_count} characters of base64 are followed by {_padding} '=' where {(_count % 4 == 1 ? "no number of them fits" : $"{(4 - (_count % 4)) % 4} belong")}");
    }

    private bool HasStrayBits(ReadOnlySpan<byte> der)
    {
        if (_padding == 0)
        {
            return false;
        }

        Span<byte> again = stackalloc byte[4];
        Base64.EncodeToUtf8(der[^(3 - _padding)..], again, out _, out _);
        bool differs = again[3 - _padding] != _characters[_count - 1];
        CryptographicOperations.ZeroMemory(again);
        return differs;
    }
}
