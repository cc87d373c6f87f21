using System.Globalization;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Osm.Rules.OsmSubject;

namespace MeshSecrets.Meshes.Osm.Rules;

/// <summary>Rules about the certificate and key with which OSM signs.</summary>
internal static class RootRules
{
    private const string Decoder = "openservicemesh/osm pkg/certificate/encode.go";
    private const string Issuer = "openservicemesh/osm pkg/certificate/providers/tresor";
    private const string NewRoot = "Make the root anew: New-MeshCa -KeyAlgorithm Rsa2048 -ValidFor 87600h, then Export-MeshCaBundle -Format OsmCaBundle -IncludePrivateKey.";

    internal static MeshRule KeyLabel { get; } = new(
        "OsmRootKeyLabel",
        RuleSeverity.Error,
        "OSM passes over every PEM block but PRIVATE KEY, finds no key, and issues nothing.",
        "Convert it to PKCS#8 (openssl pkcs8 -topk8 -nodes), or export it with Export-MeshCaBundle -Format OsmCaBundle, which writes that.",
        $"{Decoder} (DecodePEMPrivateKey)",
        Root((_, subject) => subject.Key is { } key && key.Label != "PRIVATE KEY" ? $"has its private key as '{(key.Label.Length == 0 ? "DER" : key.Label)}'" : null));

    internal static MeshRule KeyIsRsa { get; } = new(
        "OsmRootKeyRsa",
        RuleSeverity.Error,
        "OSM's controller takes every key for an RSA key, and ends in a panic over another one.",
        NewRoot,
        $"{Decoder} (DecodePEMPrivateKey: caKeyInterface.(*rsa.PrivateKey))",
        Root((root, subject) => subject.Key is not null && !PublicKeyInfo.IsRsa(root.SubjectPublicKeyInfo.Span) ? $"has a key of {root.KeyAlgorithm}" : null));

    internal static MeshRule KeyPair { get; } = new(
        "OsmRootKeyPair",
        RuleSeverity.Error,
        "OSM loads it without a look, and every certificate that it then signs is refused by every proxy.",
        "Put certificate and key of one pair into the secret: OSM signs with the first certificate of ca.crt.",
        $"{Issuer}/certificate_manager.go (issue)",
        Root((root, subject) => subject.Key is { } key && !PublicKeyInfo.SameKey(key.SubjectPublicKeyInfo.Span, root.SubjectPublicKeyInfo.Span) ? "has a private key of another certificate" : null));

    internal static MeshRule IsAuthority { get; } = new(
        "OsmRootBasicConstraints",
        RuleSeverity.Error,
        "OSM signs with it, and every proxy refuses the chain: what is no authority can issue nothing.",
        NewRoot,
        $"{Issuer}/ca.go (IsCA)",
        Root((root, _) => root.IsCa ? null : $"{root} is no authority: its basicConstraints do not say CA"));

    internal static MeshRule KeyCertSign { get; } = new(
        "OsmRootKeyUsage",
        RuleSeverity.Error,
        "OSM signs with it, and proxies refuse the chain for its key usage.",
        NewRoot,
        $"{Issuer}/ca.go (KeyUsageCertSign)",
        Root((root, _) => root is { IsCa: true, KeyUsages: { } usages } && (usages & KeyUsages.KeyCertSign) == 0 ? $"{root} has the key usages {usages}, without keyCertSign" : null));

    internal static MeshRule RootIncluded { get; } = new(
        "OsmRootMissing",
        RuleSeverity.Error,
        "OSM gives ca.crt to the proxies as all that they trust; with an intermediate alone their chains end at nothing.",
        "Append the certificates above it up to the root, the signing one first, as Export-MeshCaBundle -Format OsmCaBundle does.",
        "openservicemesh/osm pkg/certificate/castorage/k8s/k8s.go (trusted CAs are the bundle itself)",
        Bundle((_, subject) => subject.Chain.Concat(subject.Roots).ToArray() is { Length: > 0 } all && !all.Any(certificate => certificate.IsSelfIssued) ? $"{all[0]} is issued by '{all[0].Issuer}', which is not in the bundle" : null));

    internal static MeshRule EndsSoon { get; } = new(
        "OsmRootEndsSoon",
        RuleSeverity.Warning,
        "OSM never renews its root. When it ends, all proxies refuse each other at once, and certificates of ten years for xDS and webhooks with them.",
        "Plan the change of roots: New-MeshCa, then New-MeshRootCertificate -Role Inactive and its steps; v0.6 needs a new installation of the bundle and a restart of everything.",
        "https://github.com/openservicemesh/osm/issues/4502",
        Root((root, subject) => root.NotAfter - subject.Context.Now is { } left && left < (subject.Context.Within ?? TimeSpan.FromDays(365))
            ? string.Create(CultureInfo.InvariantCulture, $"{root} ends at {root.NotAfter:u}, {(left > TimeSpan.Zero ? $"in {left.TotalDays:0} days" : "which is past")}")
            : null));

    internal static MeshRule RsaSize { get; } = new(
        "OsmRsaSize",
        RuleSeverity.Warning,
        "OSM allows keys of 2048 to 4096 bits (certKeyBitSize) and takes 2048 for any other size; larger ones cost each handshake dearly, smaller ones are refused by Envoy.",
        "Use RSA of 2048 to 4096 bits: -KeyAlgorithm Rsa2048, Rsa3072 or Rsa4096.",
        "openservicemesh/osm pkg/utils/mesh_config.go (GetCertKeyBitSize)",
        subject => (RootOf(subject) ?? subject.Certificate) is { } certificate && Bits(certificate) is < 2048 or > 4096 ? $"{(RootOf(subject) ?? subject.Certificate)} has a key of {(RootOf(subject) ?? subject.Certificate)!.KeyAlgorithm}" : null);

    private static int? Bits(CertificateInfo certificate) =>
        certificate.KeyAlgorithm is { } name && name.StartsWith("Rsa", StringComparison.Ordinal) && int.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int bits) ? bits : null;
}
