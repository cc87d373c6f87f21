using System.Text;
using System.Text.RegularExpressions;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>A BEGIN or END boundary in a line, as it is or as it was meant.</summary>
/// <param name="Start">Where it begins in the line.</param>
/// <param name="End">Where it ends.</param>
/// <param name="IsBegin">Whether it begins a block.</param>
/// <param name="Written">Its label as it stands there.</param>
/// <param name="Label">Its label, in capitals and with its spelling corrected.</param>
internal readonly partial record struct Boundary(int Start, int End, bool IsBegin, string Written, string Label)
{
    /// <summary>The labels that can be meant; the first of each kind is the one to write.</summary>
    private static readonly string[] s_known =
    [
        "CERTIFICATE", "X509 CERTIFICATE", "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
        "EC PRIVATE KEY", "RSA PRIVATE KEY", "PUBLIC KEY", "X509 CRL", "PKCS7", "CMS", "EC PARAMETERS", "TRUSTED CERTIFICATE", "OPENSSH PRIVATE KEY",
    ];

    /// <summary>
    /// The boundaries of a line. Where the line is nothing but dashes and words, hyphens may be missing or have become
    /// dashes; base64 has neither, so that a body is never taken for a boundary.
    /// </summary>
    internal static List<Boundary> FindAll(ReadOnlySpan<byte> line)
    {
        List<Boundary> found = [];
        if (line.IndexOf("BEGIN"u8) < 0 && line.IndexOf("END"u8) < 0 && line.IndexOf("egin"u8) < 0 && line.IndexOf("end"u8) < 0)
        {
            return found;
        }

        // Only what surrounds the boundaries becomes a string: the base64 between them may be a key and stays out.
        char[] characters = new char[line.Length];
        try
        {
            Encoding.Latin1.GetChars(line, characters);
            foreach (ValueMatch match in Pattern().EnumerateMatches(characters))
            {
                if (Read(characters.AsSpan(match.Index, match.Length), match.Index) is { } boundary)
                {
                    found.Add(boundary);
                }
            }

            return found;
        }
        finally
        {
            Array.Clear(characters);
        }
    }

    internal static byte[] Line(bool isBegin, string label) => Encoding.ASCII.GetBytes($"-----{(isBegin ? "BEGIN" : "END")} {label}-----");

    internal static string LabelOf(MaterialKind kind) => Encoding.ASCII.GetString(PemLabels.Of(kind));

    private static Boundary? Read(ReadOnlySpan<char> text, int offset)
    {
        int word = text.IndexOf("BEGIN", StringComparison.OrdinalIgnoreCase);
        bool isBegin = word >= 0;
        int start = isBegin ? word : text.IndexOf("END", StringComparison.OrdinalIgnoreCase);
        ReadOnlySpan<char> rest = text[(start + (isBegin ? 5 : 3))..];
        int letters = 0;
        while (letters < rest.Length && (char.IsAsciiLetterOrDigit(rest[letters]) || rest[letters] is ' ' or '#'))
        {
            letters++;
        }

        string written = rest[..letters].Trim().ToString();
        string label = Meant(written.ToUpperInvariant());
        bool known = s_known.Contains(label);
        return known || text.StartsWith("---", StringComparison.Ordinal) ? new(offset, offset + text.Length, isBegin, written, label) : null;
    }

    /// <summary>The known label that differs in one or two characters, if there is but one such.</summary>
    private static string Meant(string label)
    {
        if (label.Length > 40 || s_known.Contains(label))
        {
            return label;
        }

        (string Label, int Distance)[] near = [.. s_known.Select(known => (known, Distance(known, label))).Where(pair => pair.Item2 <= 2).OrderBy(pair => pair.Item2)];
        return near.Length == 0 || (near.Length > 1 && near[0].Distance == near[1].Distance) ? label : near[0].Label;
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }

    /// <summary>
    /// Hyphens, or the dashes of word processors in UTF-8 (E2 80 90 to 95, E2 88 92, EF BC 8D) and Windows-1252 (96, 97);
    /// then the word, the label, and again hyphens. Without hyphens before it the word must begin the line, or follow on
    /// the boundary before. A run of dashes is tried from its start only, so that a line of nothing else costs no more
    /// than its length.
    /// </summary>
    [GeneratedRegex(
        @"(?:^[ \t""'>#]*|(?<=[-\x8D\x90-\x97])|(?<![-\x8D\x90-\x97])(?>(?:-|\xE2\x80[\x90-\x95]|\xE2\x88\x92|\xEF\xBC\x8D|\x96|\x97)+[ \t]*))(?:BEGIN|END)[ \t]*[A-Za-z0-9][A-Za-z0-9 #]{0,60}?(?:[ \t]*(?:-|\xE2\x80[\x90-\x95]|\xE2\x88\x92|\xEF\xBC\x8D|\x96|\x97)+|[ \t""',;]*$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
