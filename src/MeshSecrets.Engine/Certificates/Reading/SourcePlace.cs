using System.Globalization;

namespace MeshSecrets.Certificates.Reading;

/// <summary>A place in what is being read, as messages name it.</summary>
/// <param name="Source">The file, secret or parameter.</param>
/// <param name="Line">Counted from 1; 0 where lines have no meaning.</param>
/// <param name="Column">Counted from 1, in bytes; 0 for the whole line.</param>
internal readonly record struct SourcePlace(string Source, int Line = 0, int Column = 0)
{
    public override string ToString() => (Line, Column) switch
    {
        (0, _) => Source,
        (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{Source}, line {Line}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Source}, line {Line}, column {Column}"),
    };
}
