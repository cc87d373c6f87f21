using System.Collections.Concurrent;
using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Der;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Verification;

namespace MeshSecrets.Issuers.Embedded;

/// <summary>A certificate authority whose key is in this process. The one who holds it disposes it, which zeroes the key.</summary>
/// <remarks>
/// What is the same for all its certificates is encoded once: the issuer's name, its key identifier, and for each profile
/// the usages.
/// </remarks>
public sealed partial class CertificateAuthority : ICertificateIssuer
{
    /// <summary>The kind of its <see cref="IssuerReference"/>.</summary>
    public const string Kind = "embedded";

    /// <summary>How far notBefore lies in the past, for peers whose clocks are behind.</summary>
    private static readonly TimeSpan s_backdating = TimeSpan.FromMinutes(1);

    private readonly PrivateKey _key;
    private readonly TimeProvider _time;
    private readonly byte[] _keyIdentifier;
    private readonly CertificateInfo[] _constrained;
    private readonly ConcurrentDictionary<(CertificateProfile Profile, bool RsaKey, int? PathLength), byte[]> _fixedExtensions = new();

    private CertificateAuthority(
        string name,
        CertificateInfo certificate,
        PrivateKey key,
        ImmutableArray<CertificateInfo> chain,
        IssuancePolicy policy,
        TimeProvider time)
    {
        Reference = new IssuerReference(Kind, name);
        Certificate = certificate;
        Chain = chain;
        Policy = policy;
        _key = key;
        _time = time;
        _constrained = [.. new[] { certificate }.Concat(chain).Where(authority => authority.FindExtension(Oids.NameConstraints) is not null)];
        _keyIdentifier = certificate.SubjectKeyIdentifier.ToArray();
        if (_keyIdentifier.Length == 0)
        {
            _keyIdentifier = new byte[ExtensionEncoding.KeyIdentifierSize];
            ExtensionEncoding.KeyIdentifier(certificate.SubjectPublicKeyInfo, _keyIdentifier);
        }
    }

    /// <inheritdoc/>
    public IssuerReference Reference { get; }

    /// <summary>The authority's own certificate.</summary>
    public CertificateInfo Certificate { get; }

    /// <summary>The authorities above it, its issuer first, the root last; empty for a root.</summary>
    public ImmutableArray<CertificateInfo> Chain { get; }

    /// <summary>What it may issue.</summary>
    public IssuancePolicy Policy { get; }

    /// <summary>Whether it is a root.</summary>
    public bool IsRoot => Chain.IsEmpty;

    /// <summary>The root of its chain: itself, if it is one.</summary>
    public CertificateInfo Root => IsRoot ? Certificate : Chain[^1];

    internal PrivateKey Key => _key;

    /// <summary>Makes a root authority.</summary>
    /// <param name="name">Its name, by which it is recorded.</param>
    /// <param name="options">What it is to be.</param>
    /// <param name="key">Its key, owned by the authority from now on.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The authority.</returns>
    /// <exception cref="MeshException"><c>AuthorityInvalid</c> for an empty subject, or <c>DurationInvalid</c>.</exception>
    public static CertificateAuthority CreateRoot(string name, AuthorityOptions options, PrivateKey key, TimeProvider time)
    {
        EnsureSubject(name, options);
        TimeSpan life = Duration.EnsureValid(options.ValidFor ?? CertificateProfile.RootCa.UsualLife);
        DateTimeOffset now = time.GetUtcNow();
        byte[] der = CertificateEncoder.Sign(
            new CertificateContent
            {
                Issuer = options.Subject,
                Subject = options.Subject,
                NotBefore = now - s_backdating,
                NotAfter = now + life,
                SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
                Names = options.Names,
                FixedExtensions = ExtensionEncoding.Fixed(CertificateProfile.RootCa, key.IsRsa, options.PathLength),
                IssuerKeyIdentifier = default,
            },
            key);
        return new CertificateAuthority(name, CertificateInfo.OfOwn(der), key, [], options.Policy, time);
    }

    /// <summary>Makes an authority below this one.</summary>
    /// <param name="name">Its name, by which it is recorded.</param>
    /// <param name="options">What it is to be.</param>
    /// <param name="key">Its key, owned by the new authority from now on.</param>
    /// <returns>The new authority.</returns>
    /// <exception cref="MeshException"><c>PathLengthExceeded</c>, <c>LifeBeyondIssuer</c>, <c>IssuerExpired</c>, <c>IssuerNotYetValid</c>, <c>DurationInvalid</c> or <c>AuthorityInvalid</c>.</exception>
    public CertificateAuthority CreateIntermediate(string name, AuthorityOptions options, PrivateKey key)
    {
        EnsureSubject(name, options);
        (DateTimeOffset notBefore, DateTimeOffset notAfter, _) = DecideLife(options.ValidFor ?? CertificateProfile.IntermediateCa.UsualLife, options.RefuseShorterLife);
        int pathLength = DecidePathLength(options.PathLength);
        byte[] der = CertificateEncoder.Sign(
            new CertificateContent
            {
                Issuer = Certificate.Subject,
                Subject = options.Subject,
                NotBefore = notBefore,
                NotAfter = notAfter,
                SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
                Names = options.Names,
                FixedExtensions = FixedExtensions(CertificateProfile.IntermediateCa, key.IsRsa, pathLength),
                IssuerKeyIdentifier = _keyIdentifier,
            },
            _key);
        return new CertificateAuthority(name, CertificateInfo.OfOwn(der), key, [Certificate, .. Chain], options.Policy.Below(Policy), _time);
    }

    /// <inheritdoc/>
    public ValueTask<IssuedCertificate> IssueAsync(CertificateOrder order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Issue(order));
    }

    /// <summary>Issues a certificate.</summary>
    /// <param name="order">What is asked for.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="MeshException">
    /// <c>ProfileNotForLeaves</c>, <c>DurationInvalid</c>, <c>CertificateNameMissing</c>, <c>CertificateNameForm</c>, <c>PolicyName</c>, <c>PolicyLife</c>, <c>PolicyKeyAlgorithm</c>,
    /// <c>LifeBeyondIssuer</c>, <c>IssuerExpired</c> or <c>IssuerNotYetValid</c>.
    /// </exception>
    public IssuedCertificate Issue(CertificateOrder order)
    {
        IssuanceRules.EnsureFitsProfile(order);
        IssuanceRules.EnsureAllowed(order, Policy, Reference.Name, Certificate.Subject);
        (DateTimeOffset notBefore, DateTimeOffset notAfter, bool shortened) = DecideLife(order.ValidFor ?? order.Profile.UsualLife, order.RefuseShorterLife);
        bool rsaKey = PublicKeyInfo.IsRsa(order.SubjectPublicKeyInfo.Span);
        byte[] der = CertificateEncoder.Sign(
            new CertificateContent
            {
                Issuer = Certificate.Subject,
                Subject = order.Subject,
                NotBefore = notBefore,
                NotAfter = notAfter,
                SubjectPublicKeyInfo = order.SubjectPublicKeyInfo,
                Names = order.Names,
                FixedExtensions = FixedExtensions(order.Profile, rsaKey, pathLength: null),
                IssuerKeyIdentifier = _keyIdentifier,
            },
            _key);
        CertificateInfo issued = CertificateInfo.OfOwn(der);
        foreach (CertificateInfo constrained in _constrained)
        {
            if (!NameConstraints.Permit(constrained.FindExtension(Oids.NameConstraints)!.Value, issued))
            {
                throw IssuerErrors.NameConstraint(Reference.Name, constrained.ToString());
            }
        }

        return new IssuedCertificate(issued, IsRoot ? [] : [Certificate, .. Chain[..^1]], [Root], shortened);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>The name, never the key.</summary>
    /// <returns>Name and subject.</returns>
    public override string ToString() => $"{Reference.Name} ({Certificate.Subject})";

    private static void EnsureSubject(string name, AuthorityOptions options)
    {
        if (options.Subject.IsEmpty)
        {
            throw IssuerErrors.NotAnAuthority(name, "an authority needs a subject (RFC 5280, section 4.1.2.6)");
        }

        if (options.PathLength < 0)
        {
            throw IssuerErrors.NotAnAuthority(name, "the path length is negative");
        }
    }

    private (DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool Shortened) DecideLife(TimeSpan life, bool refuseShorter)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (now > Certificate.NotAfter)
        {
            throw IssuerErrors.IssuerExpired(Reference.Name, Certificate.NotAfter);
        }

        if (now < Certificate.NotBefore)
        {
            throw IssuerErrors.IssuerNotYetValid(Reference.Name, Certificate.NotBefore);
        }

        DateTimeOffset notBefore = now - s_backdating;
        DateTimeOffset notAfter = now + Duration.EnsureValid(life);
        bool shortened = notAfter > Certificate.NotAfter;
        if (shortened && refuseShorter)
        {
            throw IssuerErrors.LifeBeyondIssuer(Reference.Name, notAfter, Certificate.NotAfter);
        }

        return (notBefore < Certificate.NotBefore ? Certificate.NotBefore : notBefore, shortened ? Certificate.NotAfter : notAfter, shortened);
    }

    private int DecidePathLength(int? asked)
    {
        if (Certificate.PathLength is not { } limit)
        {
            return asked ?? 0;
        }

        return limit > 0 && (asked ?? 0) < limit ? asked ?? 0 : throw IssuerErrors.PathLengthExceeded(Reference.Name, limit, asked);
    }

    private byte[] FixedExtensions(CertificateProfile profile, bool rsaKey, int? pathLength) =>
        profile.Name == CertificateProfile.CustomName // Each a new one: keeping them would grow without bound.
            ? ExtensionEncoding.Fixed(profile, rsaKey, pathLength)
            : _fixedExtensions.GetOrAdd((profile, rsaKey, pathLength), static key => ExtensionEncoding.Fixed(key.Profile, key.RsaKey, key.PathLength));
}
