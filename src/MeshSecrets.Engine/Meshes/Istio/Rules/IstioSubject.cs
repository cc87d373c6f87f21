using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Meshes.Standards;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>What the rules of this folder ask again and again of what is judged.</summary>
internal static class IstioSubject
{
    /// <summary>istiod's check of an authority that is plugged in.</summary>
    internal const string Verify = "istio/istio security/pkg/pki/util/keycertbundle.go Verify";

    /// <summary>Where istiod finds the files of the secret.</summary>
    internal const string Bootstrap = "istio/istio pilot/pkg/bootstrap/istio_ca.go";

    /// <summary>What holds for the authority's own certificate.</summary>
    internal static Func<RuleSubject, string?> Ca(Func<CertificateInfo, RuleSubject, string?> find) =>
        subject => subject.Certificate is { } certificate && find(certificate, subject) is { } found ? $"{certificate} {found}" : null;

    /// <summary>What holds for a secret that is meant for istiod.</summary>
    internal static Func<RuleSubject, string?> Secret(Func<Secret, RuleSubject, string?> find) =>
        subject => subject.Secret is { } secret && IsForIstiod(secret) ? find(secret, subject) : null;

    /// <summary>Whether a secret is, by its name, type or data keys, one that istiod reads.</summary>
    internal static bool IsForIstiod(Secret secret) =>
        secret.Id.Name is IstioNames.Cacerts or IstioNames.CaSecret
        || secret.Metadata.Type == IstioNames.CaSecretType
        || Has(secret, IstioNames.CaCert) || Has(secret, IstioNames.CaKey);

    /// <summary>Whether istiod reads it as a TLS key of Kubernetes, whatever else is in it.</summary>
    internal static bool IsTlsLayout(Secret secret) => Has(secret, DataKey.Certificate);

    /// <summary>Whether it is the root that istiod made itself.</summary>
    internal static bool IsGenerated(Secret secret) => IstioCaSecretFormat.Recognizes(secret);

    internal static bool Has(Secret secret, string dataKey) => secret.GetData().TryGetValue(dataKey, out _);

    /// <summary>The certificates of a data key as far as they can be read; that they cannot is another rule's finding.</summary>
    internal static ImmutableArray<CertificateInfo> ReadFrom(Secret secret, string dataKey)
    {
        if (IstioAuthority.IsBlank(secret, dataKey))
        {
            return [];
        }

        try
        {
            return [.. CertificateReader.ReadCertificates(secret.GetData().GetValue(dataKey), dataKey).Select(item => CertificateInfo.Parse(item.GetDer(), item.Location))];
        }
        catch (MeshException)
        {
            return []; // MaterialUnreadable has it.
        }
    }

    /// <summary>The labels of the PEM blocks of a value, in order, as Go's decoder finds them: what is no block is passed over.</summary>
    internal static IEnumerable<string> PemLabels(Secret secret, string dataKey)
    {
        string text = secret.GetData().TryGetValue(dataKey, out ReadOnlyMemory<byte> value) ? Encoding.Latin1.GetString(value.Span) : "";
        for (int start = 0; PemEncoding.TryFind(text.AsSpan(start), out PemFields fields); start += fields.Location.End.GetOffset(text.Length - start))
        {
            yield return text[start..][fields.Label];
        }
    }

    internal static bool IsRoot(CertificateInfo certificate) => certificate.IsSelfIssued;

    internal static bool Contains(ImmutableArray<CertificateInfo> certificates, CertificateInfo certificate) =>
        certificates.Any(candidate => candidate.Encoded.Span.SequenceEqual(certificate.Encoded.Span));

    /// <summary>The root under which the authority stands, among those that came with it.</summary>
    internal static CertificateInfo? FindRoot(RuleSubject subject) => PathOf(subject).LastOrDefault() is { IsSelfIssued: true } root ? root : null;

    /// <summary>The certificate that is judged, then each one's issuer, as far as they came with it. Of several of one name, as during the change of a root, the one that signed counts.</summary>
    internal static IEnumerable<CertificateInfo> PathOf(RuleSubject subject)
    {
        CertificateInfo? next = subject.Certificate;
        for (int i = 0; next is not null && i < 10; i++)
        {
            yield return next;
            next = SubjectCertificates.FindIssuer(subject, next);
        }
    }
}
