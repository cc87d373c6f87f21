namespace MeshSecrets.Certificates.Revocation;

/// <summary>Where the errors about revocation lists are born.</summary>
internal static class RevocationErrors
{
    internal static MeshException Invalid(string source, string why, Exception? inner = null) => new(
        "CrlInvalid",
        MeshErrorKind.InvalidData,
        $"{source} is no valid revocation list: {why}. It was probably cut short or altered; fetch it anew from its authority.",
        source,
        inner);
}
