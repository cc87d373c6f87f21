using System.Globalization;
using System.Text;

namespace MeshSecrets.Meshes.Osm;

/// <summary>The end of a root's life as OSM keeps it beside the certificate until v1.0: <c>2031-01-11T23:15:09.299Z</c>.</summary>
/// <remarks>Go's layout <c>2006-01-02T15:04:05.000Z</c>: always three decimals, and a Z that is a letter, whatever the zone.</remarks>
internal static class OsmExpiration
{
    private const string Layout = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>
    /// OSM takes the moment from its clock, and X.509 keeps whole seconds of it: a fraction more is no difference.
    /// </summary>
    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(1);

    internal static byte[] Format(DateTimeOffset notAfter) =>
        Encoding.ASCII.GetBytes(notAfter.UtcDateTime.ToString(Layout, CultureInfo.InvariantCulture));

    /// <summary>The moment, or <see langword="null"/> if OSM's parser refuses the text.</summary>
    internal static DateTimeOffset? TryParse(ReadOnlySpan<byte> value) =>
        DateTimeOffset.TryParseExact(Encoding.UTF8.GetString(value), Layout, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    /// <summary>Whether the moment is the end of a certificate.</summary>
    internal static bool Agrees(DateTimeOffset expiration, DateTimeOffset notAfter) => (expiration - notAfter).Duration() < s_tolerance;
}
