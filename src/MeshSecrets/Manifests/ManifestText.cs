using System.Text;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Commands;

/// <summary>
/// Puts together the text of manifests that comes piece by piece through the pipeline: lines as from a program, or whole
/// documents. What is complete is given out at once, so that a long stream is never held as a whole.
/// </summary>
/// <param name="broken">Takes the errors of single objects; without it they are thrown.</param>
internal sealed class ManifestText(Action<MeshException>? broken = null)
{
    private const string Source = "pipeline input";
    private const string Separator = "---";

    private readonly StringBuilder _text = new();
    private int _lines;

    /// <summary>Takes a piece, without its newline.</summary>
    /// <returns>The objects of the document that it ends; none if it ends none.</returns>
    internal IEnumerable<Manifest> Add(string piece)
    {
        IEnumerable<Manifest> complete = piece.StartsWith(Separator, StringComparison.Ordinal) ? Complete() : [];
        _text.Append(piece).Append('\n');
        return complete;
    }

    /// <summary>The objects of what was taken since the last document ended.</summary>
    internal IEnumerable<Manifest> Complete()
    {
        string text = _text.ToString();
        int before = _lines;
        _text.Clear();
        _lines += text.AsSpan().Count('\n');
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        // Its own lines are counted from 1 again; the place of the whole says where they begin.
        return ManifestReader.Read(text, before == 0 ? Source : $"{Source} from line {before + 1}", broken);
    }
}
