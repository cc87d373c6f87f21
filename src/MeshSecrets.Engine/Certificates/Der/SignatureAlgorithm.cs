using MeshSecrets.Certificates.Keys;

namespace MeshSecrets.Certificates.Der;

/// <summary>The AlgorithmIdentifier (RFC 5758, RFC 4055) of the signatures that <see cref="PrivateKey.Sign"/> makes.</summary>
internal static class SignatureAlgorithm
{
    private static readonly byte[] s_ecdsaSha256 = Convert.FromHexString("300A06082A8648CE3D040302");
    private static readonly byte[] s_ecdsaSha384 = Convert.FromHexString("300A06082A8648CE3D040303");
    private static readonly byte[] s_ecdsaSha512 = Convert.FromHexString("300A06082A8648CE3D040304");
    private static readonly byte[] s_rsaSha256 = Convert.FromHexString("300D06092A864886F70D01010B0500");

    internal static ReadOnlySpan<byte> Of(PrivateKey key) => key.AlgorithmName switch
    {
        nameof(KeyAlgorithm.P256) => s_ecdsaSha256,
        nameof(KeyAlgorithm.P384) => s_ecdsaSha384,
        "P521" => s_ecdsaSha512,
        _ => s_rsaSha256,
    };
}
