using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;

namespace MeshSecrets.Tests.Issuers;

/// <summary>Authorities and keys of one test, disposed with it.</summary>
internal sealed class AuthorityFixture : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    internal ManualClock Clock { get; init; } = new();

    internal CertificateAuthority Root(IssuancePolicy? policy = null, int? pathLength = null, TimeSpan? validFor = null, KeyAlgorithm algorithm = KeyAlgorithm.P256, string subject = "CN=Root") =>
        Own(CertificateAuthority.CreateRoot("global/root", Options(subject, policy, pathLength, validFor), PrivateKey.Generate(algorithm), Clock));

    internal CertificateAuthority Below(CertificateAuthority parent, int? pathLength = null, TimeSpan? validFor = null, bool refuseShorter = false, string subject = "CN=Mesh") =>
        Own(parent.CreateIntermediate("global/mesh", Options(subject, null, pathLength, validFor) with { RefuseShorterLife = refuseShorter }, PrivateKey.Generate(KeyAlgorithm.P256)));

    internal PrivateKey Key(KeyAlgorithm algorithm = KeyAlgorithm.P256) => Own(PrivateKey.Generate(algorithm));

    internal CertificateOrder Order(SubjectAlternativeNames names, CertificateProfile? profile = null, string subject = "", TimeSpan? validFor = null, PrivateKey? key = null) => new(key ?? Key())
    {
        Subject = DistinguishedName.Parse(subject),
        Names = names,
        Profile = profile ?? CertificateProfile.Custom(KeyUsages.DigitalSignature, []),
        ValidFor = validFor,
    };

    internal T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    private static AuthorityOptions Options(string subject, IssuancePolicy? policy, int? pathLength, TimeSpan? validFor) => new()
    {
        Subject = DistinguishedName.Parse(subject),
        PathLength = pathLength,
        ValidFor = validFor,
        Policy = policy ?? IssuancePolicy.Unrestricted,
    };
}
