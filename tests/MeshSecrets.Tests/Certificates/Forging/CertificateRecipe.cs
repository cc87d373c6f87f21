using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets.Tests.Certificates.Forging;

/// <summary>What goes into a forged certificate. What is <see langword="null"/> is left out; nothing is checked.</summary>
internal sealed class CertificateRecipe
{
    /// <summary>The moment at which what is forged is judged, as a rule.</summary>
    internal static readonly DateTimeOffset Now = new(2030, 1, 11, 12, 0, 0, TimeSpan.Zero);

    /// <summary>RFC 4514 (<c>CN=web,O=Example</c>); empty for none.</summary>
    internal string Subject { get; set; } = "";

    /// <summary>The Name in DER in place of <see cref="Subject"/>.</summary>
    internal byte[]? SubjectDer { get; set; }

    /// <summary>The issuer's name where it shall not be that of the signer.</summary>
    internal string? Issuer { get; set; }

    internal ForgedKey Key { get; set; } = ForgedKey.Ec();

    /// <summary>A SubjectPublicKeyInfo in place of the key's.</summary>
    internal byte[]? PublicKeyDer { get; set; }

    /// <summary>The INTEGER's content; 0x80 and above in the first octet makes it negative.</summary>
    internal byte[] Serial { get; set; } = [0x4A, 0x11];

    internal int Version { get; set; } = 3;

    internal DateTimeOffset NotBefore { get; set; } = Now.AddDays(-10);

    internal DateTimeOffset NotAfter { get; set; } = Now.AddDays(80);

    /// <summary>basicConstraints: <see langword="null"/> for none, otherwise whether CA.</summary>
    internal bool? IsCa { get; set; }

    internal int? PathLength { get; set; }

    internal bool BasicConstraintsCritical { get; set; } = true;

    internal KeyUsages? KeyUsage { get; set; }

    internal bool KeyUsageCritical { get; set; } = true;

    /// <summary>OIDs.</summary>
    internal string[] ExtendedKeyUsage { get; set; } = [];

    internal string[] Dns { get; set; } = [];

    internal string[] Uri { get; set; } = [];

    internal string[] Ip { get; set; } = [];

    internal string[] Email { get; set; } = [];

    internal bool SanCritical { get; set; }

    /// <summary>Whether subjectKeyIdentifier is there.</summary>
    internal bool SubjectKeyIdentifier { get; set; } = true;

    /// <summary>Whether authorityKeyIdentifier is there.</summary>
    internal bool AuthorityKeyIdentifier { get; set; } = true;

    /// <summary>Another authorityKeyIdentifier than the signer's.</summary>
    internal byte[]? OtherAuthorityKeyIdentifier { get; set; }

    /// <summary>Further extensions (OID, critical, DER), also such as are there already.</summary>
    internal List<(string Oid, bool Critical, byte[] Value)> More { get; } = [];

    /// <summary>SHA1, SHA256, SHA384, SHA512 or MD5.</summary>
    internal string Hash { get; set; } = "SHA256";

    /// <summary>The hash that stands outside of what is signed, where it shall be another one.</summary>
    internal string? OuterHash { get; set; }

    /// <summary>Spoils the signature.</summary>
    internal bool BreakSignature { get; set; }
}
