namespace MeshSecrets.Meshes.Istio;

/// <summary>Where the errors about Istio's resources are born.</summary>
internal static class IstioErrors
{
    internal static MeshException ModeUnknown(string mode, IEnumerable<string> known) => new(
        "IstioModeUnknown",
        MeshErrorKind.InvalidArgument,
        $"'{mode}' is no TLS mode here. There is: {string.Join(", ", known)}; mspider's names Simple, Bidirectional and Istio bidirectional are taken as well.",
        mode);

    internal static MeshException NameInvalid(string kind, string name) => new(
        "IstioNameInvalid",
        MeshErrorKind.InvalidArgument,
        $"Istio refuses '{name}' as the name of a {kind}: it must be at most 63 characters of a-z, 0-9 and '-', and neither begin nor end with '-'. Give another with -Name.",
        name);

    internal static MeshException HostNotCovered(string host, string credential, IEnumerable<string> names) => new(
        "IstioHostNotCovered",
        MeshErrorKind.InvalidArgument,
        $"The certificate of '{credential}' does not cover the host '{host}', so clients would refuse it; it has {Names(names)}. Give hosts that it covers with -HostName, or issue one for this host with New-MeshTlsKey.",
        host);

    internal static MeshException HostsMissing(string name) => new(
        "IstioHostMissing",
        MeshErrorKind.InvalidArgument,
        $"Istio refuses a server without hosts, and none is known for '{name}'. Give -HostName, or a TLS key whose certificate has DNS names.",
        name);

    internal static MeshException ClientCaMissing(string credential, string mode) => new(
        "IstioClientCaMissing",
        MeshErrorKind.InvalidOperation,
        $"In mode {mode} certificates of the other side are verified by a CA, and neither '{credential}' has one (ca.crt) nor is there a secret '{credential}-cacert'. Add one, or choose the mode that needs none.",
        credential);

    internal static MeshException SettingsConflict(string what, string remedy) => new(
        "IstioSettingsConflict",
        MeshErrorKind.InvalidArgument,
        $"Istio would refuse this: {what}. {remedy}");

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } text ? text : "no DNS name";
}
