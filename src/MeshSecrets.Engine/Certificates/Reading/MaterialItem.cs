using System.Diagnostics;
using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Reading;

/// <summary>One certificate, request, key or revocation list as it was found, with the place where.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class MaterialItem : IDisposable
{
    private readonly byte[] _der;

    /// <summary>Takes ownership of the encoding.</summary>
    internal MaterialItem(MaterialKind kind, byte[] der, string source, int line, int position)
    {
        Kind = kind;
        _der = der;
        Source = source;
        Line = line;
        Position = position;
    }

    /// <summary>What it is.</summary>
    public MaterialKind Kind { get; }

    /// <summary>Where it comes from: a file, or a file and the entry in it (<c>site.yaml: Secret default/site, tls.crt</c>).</summary>
    public string Source { get; }

    /// <summary>The line of its BEGIN boundary within <see cref="Source"/>, counted from 1; 0 for binary forms.</summary>
    public int Line { get; }

    /// <summary>Its position among all that was read, counted from 1.</summary>
    public int Position { get; }

    /// <summary>Source and line, as messages name them: <c>site.pem, line 21</c>.</summary>
    public string Location => new SourcePlace(Source, Line).ToString();

    /// <summary>The encoding in DER. A method and no property, so that no serializer comes upon a key.</summary>
    /// <returns>A view that is valid until this object is disposed.</returns>
    public ReadOnlyMemory<byte> GetDer() => _der;

    /// <summary>Zeroes the encoding if it is of a private key; certificates stay readable.</summary>
    public void Dispose()
    {
        if (Kind.IsPrivateKey())
        {
            CryptographicOperations.ZeroMemory(_der);
        }
    }

    /// <summary>Kind and place, never the content.</summary>
    /// <returns>For example <c>a certificate in site.pem, line 21</c>.</returns>
    public override string ToString() => $"{Kind.Describe()} in {Location}";
}
