using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Keys;

/// <summary>
/// Fixed encodings of EC keys: for a named curve, all bytes of PKCS#8 (RFC 5208, RFC 5915) and SubjectPublicKeyInfo
/// (RFC 5480) but the key itself are constants. Writing them so costs a copy; the framework's exporter builds them
/// through an ASN.1 writer, twice for each key.
/// </summary>
internal sealed class EcKeyEncoding
{
    private readonly ECCurve _curve;
    private readonly int _fieldSize;
    private readonly byte[] _pkcs8Head;
    private readonly byte[] _pkcs8Middle;
    private readonly byte[] _publicHead;

    private EcKeyEncoding(string name, ECCurve curve, int fieldSize, string pkcs8Head, string pkcs8Middle, string publicHead)
    {
        Name = name;
        _curve = curve;
        _fieldSize = fieldSize;
        _pkcs8Head = Convert.FromHexString(pkcs8Head);
        _pkcs8Middle = Convert.FromHexString(pkcs8Middle);
        _publicHead = Convert.FromHexString(publicHead);
    }

    internal static EcKeyEncoding P256 { get; } = new(
        nameof(KeyAlgorithm.P256),
        ECCurve.NamedCurves.nistP256,
        fieldSize: 32,
        pkcs8Head: "308187020100301306072A8648CE3D020106082A8648CE3D030107046D306B0201010420",
        pkcs8Middle: "A14403420004",
        publicHead: "3059301306072A8648CE3D020106082A8648CE3D03010703420004");

    internal static EcKeyEncoding P384 { get; } = new(
        nameof(KeyAlgorithm.P384),
        ECCurve.NamedCurves.nistP384,
        fieldSize: 48,
        pkcs8Head: "3081B6020100301006072A8648CE3D020106052B8104002204819E30819B0201010430",
        pkcs8Middle: "A16403620004",
        publicHead: "3076301006072A8648CE3D020106052B8104002203620004");

    private string Name { get; }

    internal static PrivateKey Generate(EcKeyEncoding encoding)
    {
        ECDsa key = ECDsa.Create(encoding._curve);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: true);
        try
        {
            byte[] pkcs8 = [.. encoding._pkcs8Head, .. encoding.Field(parameters.D!), .. encoding._pkcs8Middle, .. encoding.Field(parameters.Q.X!), .. encoding.Field(parameters.Q.Y!)];
            byte[] subjectPublicKeyInfo = [.. encoding._publicHead, .. encoding.Field(parameters.Q.X!), .. encoding.Field(parameters.Q.Y!)];
            return new PrivateKey(encoding.Name, pkcs8, subjectPublicKeyInfo, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    private ReadOnlySpan<byte> Field(byte[] value) =>
        value.Length == _fieldSize
            ? value
            : throw new CryptographicException("The key's parameters do not have the curve's field size.");
}
