using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Meshes.Standards;
using MeshSecrets.Secrets;
using static MeshSecrets.Meshes.Istio.Rules.IstioSubject;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>What istiod does not check, and proxies suffer from: the chain that it sends with each certificate.</summary>
internal static class IstioCaChainRules
{
    internal static MeshRule ChainWithoutCa { get; } = new(
        "IstioCaChainWithoutCa",
        RuleSeverity.Error,
        "Workloads get their certificate without the authority that signed it: peers that know only the root refuse it, while istiod starts without complaint.",
        "Begin cert-chain.pem with ca-cert.pem; Export-MeshCaBundle -Format IstioCacerts writes it so.",
        "istio/istio security/pkg/server/ca/server.go CreateCertificate; tools/certs/Makefile.selfsigned.mk",
        Secret((secret, subject) => !IsTlsLayout(secret) && !IsGenerated(secret) && subject.Certificate is { } ca && !IsRoot(ca)
            && Has(secret, IstioNames.CertChain) && !Contains(ReadFrom(secret, IstioNames.CertChain), ca)
            ? $"cert-chain.pem does not hold {ca}" : null));

    internal static MeshRule ChainOrder { get; } = new(
        "IstioCaChainOrder",
        RuleSeverity.Warning,
        "istiod reckons the life of what it signs by the first certificate of the chain, and workloads send the chain as it stands: TLS 1.2 demands each one's issuer after it.",
        "Write cert-chain.pem in order: ca-cert.pem, then each one's issuer; Export-MeshCaBundle -Format IstioCacerts does so.",
        "istio/istio security/pkg/pki/ca/ca.go minTTL; RFC 5246 section 7.4.2",
        subject => MembersOf(subject) is var members && members.Skip(1).Zip(members).FirstOrDefault(pair => !pair.First.Subject.Equals(pair.Second.Issuer)) is { First: { } next, Second: { } before }
            ? $"{next} follows {before}, which it did not issue" : null);

    internal static MeshRule RootInChain { get; } = new(
        "IstioCaRootInChain",
        RuleSeverity.Advice,
        "Works. istiod adds the roots to the chain itself, so workloads send the root twice in each handshake, and some clients (Java) refuse such a chain.",
        "Leave the root out of cert-chain.pem, though Istio's sample tool puts it there; Export-MeshCaBundle -Format IstioCacerts does so.",
        "https://github.com/istio/istio/issues/39001; https://github.com/istio/istio/issues/43654",
        subject => subject.Chain.Skip(1).FirstOrDefault(certificate => IsRoot(certificate) || Contains(subject.Roots, certificate)) is { } root
            ? $"the root {root} stands in the chain" : null);

    internal static MeshRule OutlivesIssuer { get; } = new(
        "IstioCaOutlivesIssuer",
        RuleSeverity.Warning,
        "From the end of the one above on the whole mesh's certificates are refused, while istiod's own expiry metric of the authority still looks well.",
        "Issue the authority anew within the life of its root; New-MeshCa shortens it to that.",
        "RFC 5280 section 6.1.3; istio/istio security/pkg/server/ca/server.go RecordCertsExpiry",
        subject => from certificate in subject.Chain
                   let issuer = SubjectCertificates.FindIssuer(subject, certificate)
                   where issuer is not null && certificate.NotAfter > issuer.NotAfter
                   select $"{certificate} ends at {certificate.NotAfter:u}, after {issuer} at {issuer.NotAfter:u}");

    internal static MeshRule PathLengthShort { get; } = new(
        "IstioCaPathLengthShort",
        RuleSeverity.Error,
        "istiod starts, for it verifies the authority and not what that would sign; every proxy refuses every certificate (too many intermediates for path length constraint).",
        "Make the upper authority anew with a longer path length (New-MeshCa -PathLength), or plug in one directly below it that it allows.",
        $"RFC 5280 section 4.2.1.9; {Verify}",
        FindTooShort);

    internal static MeshRule PathLengthOpen { get; } = new(
        "IstioCaPathLengthOpen",
        RuleSeverity.Advice,
        "Works. Whoever gets hold of the key can make further authorities below it.",
        "Make the cluster's authority with path length 0, as Istio's own tool does: New-MeshCa -Issuer root-ca -PathLength 0.",
        "istio/istio tools/certs/common.mk (pathlen:0)",
        Ca((ca, _) => ca.IsCa && !IsRoot(ca) && ca.PathLength is not 0 ? $"has {(ca.PathLength is { } length ? $"the path length {length}" : "no path length")}" : null));

    internal static MeshRule NewlineMissing { get; } = new(
        "IstioCaNewlineMissing",
        RuleSeverity.Warning,
        "Where files are put together without a newline between, the second certificate is lost, and nothing says so: istiod does so with tls.crt and ca.crt, people with the others.",
        "End each value with a newline; Export-MeshCaBundle does so.",
        $"{Bootstrap} detectSigningCABundleAndCRL; security/pkg/pki/util/keycertbundle.go NewVerifiedKeyCertBundleFromFile",
        subject => subject.Secret is { } secret && IsForIstiod(secret)
            ? from key in (string[])[DataKey.Certificate, DataKey.TrustBundle, IstioNames.CaCert, IstioNames.CertChain, IstioNames.RootCert]
              where !IstioAuthority.IsBlank(secret, key) && secret.GetData().GetValue(key).Span[^1] != '\n'
              select $"{key} does not end with a newline"
            : []);

    /// <summary>As istiod sends them: of the first layout what stands in cert-chain.pem.</summary>
    private static ImmutableArray<CertificateInfo> MembersOf(RuleSubject subject) =>
        subject.Secret is { } secret && Has(secret, IstioNames.CertChain) && !IsTlsLayout(secret) ? ReadFrom(secret, IstioNames.CertChain) : subject.Chain;

    private static IEnumerable<string> FindTooShort(RuleSubject subject)
    {
        int below = 0;
        foreach (CertificateInfo authority in PathOf(subject))
        {
            if (authority.PathLength is { } limit && limit < below)
            {
                yield return $"{authority} has the path length {limit}, and {below} authorities stand below it";
            }

            below++;
        }
    }
}
