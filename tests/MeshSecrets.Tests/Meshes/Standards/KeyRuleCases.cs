using System.Formats.Asn1;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Standards.StandardCases;

namespace MeshSecrets.Tests.Meshes.Standards;

internal sealed class KeyRuleCases : IRuleCases
{
    private const string Set = "X509";

    public IEnumerable<RuleCase> Cases =>
    [
        Good("MaterialUnreadable", () => Tls(Web.Pem, Web.KeyPem)),
        Bad("MaterialUnreadable", () => Tls(Web.KeyPem, Web.KeyPem)),
        Bad("MaterialUnreadable", () => Tls(Web.Pem, Web.KeyPem.Replace("-----END", "A-----END", StringComparison.Ordinal))),
        Bad("MaterialUnreadable", () => Tls("", Web.KeyPem)),
        Good("MaterialNotPem", () => Tls(Web.Pem, Web.KeyPem)),
        Good("MaterialNotPem", () => Der("keystore.p12")),
        Bad("MaterialNotPem", () => Der("tls.crt")),
        Bad("MaterialNotPem", () => Der("ca-cert.pem")),
        Bad("MaterialNotPem", () => Der("value")),
        Good("X509KeyMismatch", () => Tls(Web.Pem, Web.Key.TraditionalPem)),
        Bad("X509KeyMismatch", () => Tls(Web.Pem, Mesh.KeyPem)),
        Good("X509KeyShared", () => WithOwners(Tls(Web.Pem, Web.KeyPem), Tls(Mesh.Pem, Mesh.KeyPem, "other"))),
        Good("X509KeyShared", () => WithOwners(RuleSecrets.Subject("cert", "default", null, "system.kuma.io/secret", ("value", Mesh.Pem)), RuleSecrets.Subject("key", "default", null, "system.kuma.io/secret", ("value", Mesh.KeyPem)))),
        Bad("X509KeyShared", () => WithOwners(Tls(Web.Pem, Web.KeyPem), Tls(CertificateForge.Leaf(Root).Pem, Web.KeyPem, "other"))),
        .. OfLeaf(Set, "X509RsaTooShort", recipe => recipe.Key = ForgedKey.Rsa(1024)),
        Kept(Set, "X509RsaTooShort", recipe => recipe.Key = ForgedKey.Rsa()),
        .. OfLeaf(Set, "X509RsaExponent", recipe => recipe.PublicKeyDer = RsaWithExponent(3), recipe => recipe.PublicKeyDer = RsaWithExponent(65538), recipe => recipe.PublicKeyDer = RsaWithExponent(0x1_0000_0001)),
        Kept(Set, "X509RsaExponent", recipe => recipe.Key = ForgedKey.Rsa()),
        .. OfLeaf(Set, "X509CurveUnusual", recipe => recipe.PublicKeyDer = OtherCurve),
        Kept(Set, "X509CurveUnusual", recipe => recipe.Key = ForgedKey.Ec("web", "P384")),
        .. OfLeaf(Set, "X509KeyKindUnusual", recipe => recipe.PublicKeyDer = Ed25519, recipe => recipe.PublicKeyDer = Unknown),
        Kept(Set, "X509KeyKindUnusual", recipe => recipe.Key = ForgedKey.Rsa()),
        .. OfLeaf(Set, "X509RsaAvoidable", recipe => recipe.Key = ForgedKey.Rsa()),
        Good("X509RsaAvoidable", () => RuleSecrets.Chain(CertificateForge.Root(change: recipe => recipe.Key = ForgedKey.Rsa()))),
    ];

    private static byte[] Ed25519 => [.. Convert.FromHexString("302A300506032B6570032100"), .. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static byte[] Unknown => [.. Convert.FromHexString("302A300506032B6510032100"), .. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <summary>A point of secp256k1 (its generator): every key of that curve has this shape.</summary>
    private static byte[] OtherCurve => Convert.FromHexString(
        "3056301006072A8648CE3D020106052B8104000A034200"
        + "0479BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8");

    private static RuleSubject Tls(string certificate, string key, string name = "web") =>
        RuleSecrets.Subject(name, null, "shop", SecretType.Tls, ("tls.crt", certificate), ("tls.key", key), ("ca.crt", Root.Pem));

    private static RuleSubject WithOwners(RuleSubject subject, RuleSubject other)
    {
        KeyOwners owners = new();
        owners.Add(subject);
        owners.Add(other);
        return subject with { Context = subject.Context with { KeyOwners = owners } };
    }

    private static byte[] RsaWithExponent(long exponent)
    {
        AsnReader info = new AsnReader(ForgedKey.Rsa().SubjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        byte[] algorithm = info.ReadEncodedValue().ToArray();
        byte[] modulus = new AsnReader(info.ReadBitString(out _), AsnEncodingRules.DER).ReadSequence().ReadIntegerBytes().ToArray();
        return CertificateForge.Encode(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(algorithm);
                writer.WriteBitString(CertificateForge.Encode(key =>
                {
                    using (key.PushSequence())
                    {
                        key.WriteInteger(modulus);
                        key.WriteInteger(exponent);
                    }
                }));
            }
        });
    }

    private static RuleSubject Der(string key)
    {
        SecretData data = new();
        data.Set(key, Web.Info.Encoded.ToArray());
        SecretMetadata metadata = new() { Id = new SecretId("site", mesh: null, "shop"), Type = SecretType.Opaque, DataKeys = [key] };
        return RuleSubjects.OfSecret(new Secret(metadata, data), RuleSecrets.Context);
    }
}
