using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Osm;

/// <summary>Where the errors about Open Service Mesh are born.</summary>
internal static class OsmErrors
{
    internal static MeshException SeveralBundles(string format, IEnumerable<SecretId> found) => new(
        "FormatAmbiguous",
        MeshErrorKind.InvalidArgument,
        $"Several secrets may be the {format}: {string.Join(", ", found)}. Give only the one that --ca-bundle-secret-name names.");

    internal static MeshException KeyNotRsa(string format, string source, string algorithm) => new(
        "FormatCannotCarry",
        MeshErrorKind.InvalidOperation,
        $"{format} takes RSA keys only, and {source} has a key of {algorithm}: OSM's controller would end in a panic over it. Make an authority with New-MeshCa -KeyAlgorithm Rsa2048.",
        source);

    internal static MeshException RootCertificateInvalid(string name, string what) => new(
        "OsmRootCertificateInvalid",
        MeshErrorKind.InvalidArgument,
        $"The MeshRootCertificate '{name}' would be refused by OSM: {what}.",
        name);
}
