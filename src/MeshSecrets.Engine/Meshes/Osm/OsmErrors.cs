namespace MeshSecrets.Meshes.Osm;

/// <summary>Where the errors about Open Service Mesh are born.</summary>
internal static class OsmErrors
{
    internal static MeshException RootCertificateInvalid(string name, string what) => new(
        "OsmRootCertificateInvalid",
        MeshErrorKind.InvalidArgument,
        $"The MeshRootCertificate '{name}' would be refused by OSM: {what}.",
        name);
}
