using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Verification;

namespace MeshSecrets.Secrets;

/// <summary>A certificate chain and its key, read from elsewhere and proven to belong together. The one who holds it disposes it, which zeroes the key.</summary>
public sealed class TlsKeyMaterial : IDisposable
{
    private TlsKeyMaterial(ImmutableArray<CertificateInfo> chain, PrivateKey key, ImmutableArray<CertificateInfo> roots)
    {
        Chain = chain;
        Roots = roots;
        Key = key;
    }

    /// <summary>The leaf, then its intermediates.</summary>
    public ImmutableArray<CertificateInfo> Chain { get; }

    /// <summary>What verifies the chain; empty if nothing was given.</summary>
    public ImmutableArray<CertificateInfo> Roots { get; }

    internal PrivateKey Key { get; }

    /// <summary>Reads a chain and a key from separate contents (PEM or DER).</summary>
    /// <param name="certificate">The chain, leaf first.</param>
    /// <param name="key">The key.</param>
    /// <param name="authorities">What verifies the chain, or <see langword="null"/>.</param>
    /// <param name="options">The password of an encrypted key, and what envelopes are opened.</param>
    /// <returns>The material.</returns>
    /// <exception cref="MeshException">
    /// <c>KeyCertificateMismatch</c>, <c>ChainOrderWrong</c>, <c>CertificateExpectedRequestFound</c> and the other errors of
    /// <see cref="CertificateReader"/> and <see cref="PrivateKeyReader"/>.
    /// </exception>
    public static TlsKeyMaterial Read(SourceContent certificate, SourceContent key, SourceContent? authorities, MaterialReadOptions options)
    {
        IReadOnlyList<MaterialItem> items = CertificateReader.ReadCertificates(certificate.Content, certificate.Source, options, allowPrivateKey: certificate == key);
        ChainOrder.EnsureLeafFirst(items, certificate.Source);
        ImmutableArray<CertificateInfo> roots = authorities is null ? [] : Parse(CertificateReader.ReadCertificates(authorities.Content, authorities.Source, options));
        PrivateKey privateKey = PrivateKeyReader.Read(key.Content, key.Source, options);
        try
        {
            KeyPairCheck.EnsureMatch(privateKey, key.Source, items[0].GetDer(), items[0].Location);
            ImmutableArray<CertificateInfo> chain = Parse(items);
            EnsureVerifies(chain, roots, authorities?.Source);
            return new TlsKeyMaterial(chain, privateKey, roots);
        }
        catch
        {
            privateKey.Dispose();
            throw;
        }
    }

    /// <summary>Reads a key with its chain from PKCS#12, where the order of certificates means nothing.</summary>
    /// <param name="file">The content.</param>
    /// <param name="options">With the password.</param>
    /// <returns>The material; self-signed certificates in the file become its roots.</returns>
    /// <exception cref="MeshException"><c>KeyCertificateMismatch</c> if no certificate is of the key, and those of <see cref="MaterialReader.Read"/>.</exception>
    public static TlsKeyMaterial ReadPkcs12(SourceContent file, MaterialReadOptions options)
    {
        using MaterialSet found = MaterialReader.Read(file.Content, file.Source, options);
        PrivateKey key = PrivateKeyReader.Read(found, file.Source, options.Password);
        try
        {
            ImmutableArray<CertificateInfo> all = Parse(found.Where(item => item.Kind == MaterialKind.Certificate));
            CertificateInfo leaf = all.FirstOrDefault(certificate => PublicKeyInfo.SameKey(certificate.SubjectPublicKeyInfo.Span, key.SubjectPublicKeyInfo.Span))
                ?? throw SecretErrors.LeafMissing(file.Source);
            ImmutableArray<CertificateInfo> chain = [leaf];
            while (all.FirstOrDefault(candidate => !candidate.IsSelfIssued && !chain.Contains(candidate) && candidate.Subject.Equals(chain[^1].Issuer)) is { } next)
            {
                chain = chain.Add(next);
            }

            return new TlsKeyMaterial(chain, key, [.. all.Where(certificate => certificate.IsSelfIssued && certificate != leaf)]);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Material whose parts were proven to belong together before.</summary>
    internal static TlsKeyMaterial Of(ImmutableArray<CertificateInfo> chain, PrivateKey key, ImmutableArray<CertificateInfo> roots) => new(chain, key, roots);

    /// <summary>Puts the material into a secret.</summary>
    /// <param name="id">Name and scope.</param>
    /// <param name="labels">Labels.</param>
    /// <param name="annotations">Annotations.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    public Secret ToSecret(SecretId id, ImmutableSortedDictionary<string, string> labels, ImmutableSortedDictionary<string, string> annotations) =>
        TlsKeySecret.Create(id, Chain, Key, Roots, labels, annotations);

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => Key.Dispose();

    /// <summary>What is given to verify a chain must do so, at a moment when all of it was valid: an expired one is another matter.</summary>
    private static void EnsureVerifies(ImmutableArray<CertificateInfo> chain, ImmutableArray<CertificateInfo> roots, string? source)
    {
        if (roots.IsEmpty)
        {
            return;
        }

        DateTimeOffset time = chain.Concat(roots).Max(certificate => certificate.NotBefore);
        ChainResult result = ChainBuilder.Build(chain[0], chain[1..], roots, time < chain[0].NotAfter ? time : chain[0].NotAfter);
        if (!result.IsValid)
        {
            throw SecretErrors.ChainNotVerified(chain[0].ToString(), source!, result.Failures[^1].Message);
        }
    }

    private static ImmutableArray<CertificateInfo> Parse(IEnumerable<MaterialItem> items) =>
        [.. items.Select(item => CertificateInfo.Parse(item.GetDer().ToArray(), item.Location))];
}

/// <summary>The content of a file or a parameter, and where it comes from, for messages.</summary>
/// <param name="Content">The bytes; they stay the caller's, who zeroes them if they hold a key.</param>
/// <param name="Source">A path or a parameter's name.</param>
public sealed record SourceContent(ReadOnlyMemory<byte> Content, string Source);
