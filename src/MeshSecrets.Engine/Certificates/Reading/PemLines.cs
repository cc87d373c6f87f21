namespace MeshSecrets.Certificates.Reading;

/// <summary>Splits a text into lines, ended by LF, CRLF or CR as RFC 7468 §3 allows, and counts them.</summary>
internal ref struct PemLines(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    internal ReadOnlySpan<byte> Current { get; private set; }

    internal int Number { get; private set; }

    internal bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        Number++;
        int end = _rest.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
        {
            Current = _rest;
            _rest = default;
            return true;
        }

        Current = _rest[..end];
        bool crlf = _rest[end] == '\r' && end + 1 < _rest.Length && _rest[end + 1] == '\n';
        _rest = _rest[(end + (crlf ? 2 : 1))..];
        return true;
    }
}
