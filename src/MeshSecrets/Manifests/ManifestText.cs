using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Commands;

/// <summary>
/// Puts together the text of manifests that comes piece by piece through the pipeline: lines as from a program, or whole
/// documents. What is complete is given out at once, so that a long stream is never held as a whole; a list, as kubectl
/// writes it, is one document.
/// </summary>
/// <param name="broken">Takes the errors of single objects; without it they are thrown.</param>
internal sealed class ManifestText(Action<MeshException>? broken = null)
{
    private const string Source = "pipeline input";
    private const string Separator = "---";

    private MemoryStream _text = new();
    private int _lines;
    private int _linesBefore;

    /// <summary>Takes a piece, without its newline.</summary>
    /// <returns>The objects of the document that it ends; none if it ends none.</returns>
    internal IEnumerable<Manifest> Add(string piece)
    {
        IEnumerable<Manifest> complete = piece.StartsWith(Separator, StringComparison.Ordinal) ? Complete() : [];
        _text.Write(Encoding.UTF8.GetBytes(piece));
        _text.WriteByte((byte)'\n');
        _lines += piece.AsSpan().Count('\n') + 1;
        return complete;
    }

    /// <summary>The objects of what was taken since the last document ended.</summary>
    internal IEnumerable<Manifest> Complete()
    {
        int before = _linesBefore;
        MemoryStream text = _text;
        _text = new MemoryStream();
        _linesBefore = _lines;
        return Read(text, before);
    }

    private IEnumerable<Manifest> Read(MemoryStream text, int before)
    {
        text.Position = 0;
        try
        {
            foreach (Manifest manifest in ManifestReader.Read(text, Source, before, broken))
            {
                yield return manifest;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text.GetBuffer());
        }
    }
}
