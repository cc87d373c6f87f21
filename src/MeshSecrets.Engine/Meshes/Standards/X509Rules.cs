using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Standards;

/// <summary>General lint of certificates, chains, keys and revocation lists: RFC 5280, and what today's software refuses.</summary>
internal static class X509Rules
{
    internal static RuleSet Set { get; } = new(
        "X509",
        "certificates, chains, keys and revocation lists by RFC 5280, whatever the mesh",
        [
            // What is there at all.
            KeyRules.MaterialUnreadable,
            KeyRules.MaterialNotPem,
            KeyRules.Mismatch,

            // The certificate.
            CertificateRules.Version,
            CertificateRules.SerialPositive,
            CertificateRules.SerialLength,
            CertificateRules.SerialZero,
            CertificateRules.SignatureWeak,
            CertificateRules.SignatureAlgorithmAgrees,
            CertificateRules.DuplicateExtension,
            CertificateRules.CriticalExtensionUnknown,
            CertificateRules.AuthorityKeyIdentifier,
            CertificateRules.SubjectKeyIdentifier,
            CertificateRules.EmptySubject,
            CertificateRules.SubjectAltNameEmpty,
            CertificateRules.KeyUsageCritical,
            CertificateRules.KeyUsageOfKey,
            NameRules.Length,
            NameRules.Country,
            NameRules.Encoding,

            // Its life.
            ValidityRules.Order,
            ValidityRules.Expired,
            ValidityRules.NotYetValid,
            ValidityRules.NearExpiry,
            ValidityRules.PublicLife,

            // Its key.
            KeyRules.RsaTooShort,
            KeyRules.RsaExponent,
            KeyRules.CurveUnusual,
            KeyRules.KindUnusual,
            KeyRules.RsaAvoidable,
            KeyRules.Shared,

            // Who may issue.
            AuthorityRules.SubjectPresent,
            AuthorityRules.BasicConstraintsCritical,
            AuthorityRules.KeyCertSign,
            AuthorityRules.KeyUsagePresent,
            AuthorityRules.KeyCertSignOfAuthorityOnly,
            AuthorityRules.PathLengthOfAuthorityOnly,
            AuthorityRules.IssuerPresent,
            AuthorityRules.IssuerIsAuthority,
            AuthorityRules.SelfSignedLeaf,

            // How the chain fits together.
            ChainRules.Order,
            NameRules.IssuerEncoding,
            ChainRules.Signature,
            ChainRules.Verifies,
            ChainRules.PathLength,
            ChainRules.NameConstraint,
            ChainRules.ExtendedKeyUsage,
            ChainRules.KeyIdentifier,
            ChainRules.AuthorityOutlivesIssuer,
            ChainRules.LeafOutlivesIssuer,
            ChainRules.RootInChain,
            ChainRules.Duplicate,

            // What is trusted.
            TrustRules.AllExpired,
            TrustRules.SomeExpired,
            TrustRules.NearExpiry,
            TrustRules.NoAuthority,
            TrustRules.Namesakes,
            TrustRules.Duplicate,

            // What is revoked.
            RevocationRules.Unreadable,
            RevocationRules.Expired,
            RevocationRules.NotYetValid,
            RevocationRules.NextUpdate,
            RevocationRules.Signed,
            RevocationRules.IssuerMaySign,
            RevocationRules.Missing,
            RevocationRules.Revoked,
            RevocationRules.Partial,
        ])
    {
        Fits = subject => !subject.Chain.IsEmpty || !subject.Roots.IsEmpty || subject.Key is not null || !subject.Faults.IsEmpty,
    };
}
