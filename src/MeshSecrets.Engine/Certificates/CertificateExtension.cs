namespace MeshSecrets.Certificates;

/// <summary>An extension of a certificate or a request, undecoded.</summary>
/// <param name="Oid">Its object identifier.</param>
/// <param name="IsCritical">Whether software that does not know it must refuse the certificate.</param>
/// <param name="Value">The DER inside its OCTET STRING.</param>
public sealed record CertificateExtension(string Oid, bool IsCritical, ReadOnlyMemory<byte> Value);
