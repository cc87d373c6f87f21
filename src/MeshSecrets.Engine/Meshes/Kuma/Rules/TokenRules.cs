using System.Globalization;
using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>The secrets with which Kuma signs tokens and revokes them, and tokens kept as secrets.</summary>
internal static class TokenRules
{
    private const string Source = "kumahq/kuma v2.14.3, pkg/core/tokens/";
    private const string DataplaneKey = "dataplane-token-signing-key-";
    private const string DataplaneRevocations = "dataplane-token-revocations-";
    private static readonly string[] s_globalKeys = ["user-token-signing-key", "zone-token-signing-key"];
    private static readonly string[] s_globalRevocations = ["user-token-revocations", "zone-token-revocations"];

    internal static MeshRule SigningKeyScope { get; } = new(
        "KumaTokenSecretScope",
        RuleSeverity.Error,
        "Kuma looks for it elsewhere, and finds none: 'there is no signing key with KID 1', or revoked tokens stay valid.",
        "Keep the secrets of user and zone tokens as global secrets, those of dataplane tokens in the mesh that their name ends with.",
        Source + "signing_key_manager.go",
        subject => subject.Secret switch
        {
            { Id: var id } secret when IsGlobalName(id.Name) && secret.Metadata.Type == KumaSecret.MeshType => "it is the secret of one mesh, but Kuma looks for a global one of this name",
            { Id: var id } secret when MeshInName(id.Name) is { } rest && (secret.Metadata.Type == KumaSecret.GlobalType || !IsMeshWithSerial(rest, id.Mesh)) => "its name does not end with the name of its mesh",
            _ => null,
        });

    internal static MeshRule SigningKeySerial { get; } = new(
        "KumaSigningKeySerial",
        RuleSeverity.Warning,
        "Kuma signs with the key of the highest number; a name without one counts as 0, so this key signs nothing while another is there.",
        "Name signing keys with a number that rises: user-token-signing-key-2.",
        Source + "signing_key_manager.go",
        subject => subject.Secret?.Id is { } id && SerialText(id) is { Length: > 0 } serial && !int.TryParse(serial, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? $"'{serial}' is no number" : null);

    internal static MeshRule SigningKeyForm { get; } = new(
        "KumaSigningKeyForm",
        RuleSeverity.Error,
        "Kuma reads PKCS#1 only ('RSA PRIVATE KEY'): no token can be signed or verified with it.",
        "Convert the key: openssl rsa -traditional -in key.pem.",
        Source + "signing_key.go, pkg/util/rsa/pem.go",
        subject => IsSigningKey(subject) && subject.Key is { } key && (key.Label != "RSA PRIVATE KEY" || !key.AlgorithmName.StartsWith("Rsa", StringComparison.Ordinal)) ? $"the key is {key.AlgorithmName} in the form '{key.Label}'" : null);

    internal static MeshRule SigningKeySize { get; } = new(
        "KumaSigningKeySize",
        RuleSeverity.Advice,
        "It works; the keys that Kuma makes itself have 2048 bits.",
        "Make the key with kumactl generate signing-key, or openssl genrsa -traditional 2048.",
        Source + "signing_key.go",
        subject => IsSigningKey(subject) && subject.Key is { } key && key.AlgorithmName.StartsWith("Rsa", StringComparison.Ordinal) && key.AlgorithmName != "Rsa2048" ? $"the key is {key.AlgorithmName}" : null);

    internal static MeshRule Revocations { get; } = new(
        "KumaRevocationList",
        RuleSeverity.Error,
        "Kuma splits the list at commas and compares each part as it stands, but for one newline at the end: a part with a space or newline revokes nothing, and its token stays valid.",
        "Write the identifiers (jti) with commas between them and nothing else, on one line.",
        Source + "revocations.go",
        subject => subject.Secret is { } secret && IsRevocationList(secret.Id.Name) && Value(secret) is { } list && BadParts(list) is > 0 and int bad ? $"{bad} of its parts have spaces or line breaks, or are empty" : null);

    internal static MeshRule TrailingNewline { get; } = new(
        "KumaTrailingNewline",
        RuleSeverity.Advice,
        "The newline is part of the value: who compares or sends it as it stands is refused. 'echo x | base64' makes it; dGVzdAo= is 'test' with a newline.",
        "Set the value without it: Set-MeshSecret, or 'echo -n x | base64'.",
        "https://github.com/pulumi/pulumi-kubernetes/issues/2681",
        subject => KumaSecret.IsKumas(subject.Secret?.Metadata.Type) && !IsRevocationList(subject.Secret!.Id.Name) && Value(subject.Secret) is { } value
            && value.EndsWith('\n') && value.TrimEnd('\n', '\r').IndexOf('\n', StringComparison.Ordinal) < 0
                ? "the value is one line with a newline at its end"
                : null);

    private static bool IsGlobalName(string name) =>
        s_globalRevocations.Contains(name) || s_globalKeys.Any(prefix => name == prefix || name.StartsWith(prefix + "-", StringComparison.Ordinal));

    private static bool IsRevocationList(string name) => s_globalRevocations.Contains(name) || name.StartsWith(DataplaneRevocations, StringComparison.Ordinal);

    private static bool IsSigningKey(RuleSubject subject) =>
        subject.Secret?.Id.Name is { } name && (name.StartsWith(DataplaneKey, StringComparison.Ordinal) || s_globalKeys.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));

    /// <summary>What follows in the name of a mesh's secret: the mesh, and for a key its number.</summary>
    private static string? MeshInName(string name) =>
        name.StartsWith(DataplaneKey, StringComparison.Ordinal) ? name[DataplaneKey.Length..]
        : name.StartsWith(DataplaneRevocations, StringComparison.Ordinal) ? name[DataplaneRevocations.Length..]
        : null;

    private static bool IsMeshWithSerial(string rest, string? mesh) => rest == mesh || (mesh is not null && rest.StartsWith(mesh + "-", StringComparison.Ordinal));

    private static string? SerialText(SecretId id)
    {
        string[] prefixes = id.Mesh is null ? s_globalKeys : [DataplaneKey + id.Mesh];
        return prefixes.Where(prefix => id.Name.StartsWith(prefix + "-", StringComparison.Ordinal)).Select(prefix => id.Name[(prefix.Length + 1)..]).FirstOrDefault();
    }

    private static string? Value(Secret secret) =>
        secret.GetData().TryGetValue(DataKey.Value, out ReadOnlyMemory<byte> value) && !MaterialReader.LooksLikeMaterial(value.Span) ? Encoding.UTF8.GetString(value.Span) : null;

    private static int BadParts(string list) =>
        (list.EndsWith('\n') ? list[..^1] : list).Split(',').Count(part => part.Length == 0 || part.Any(char.IsWhiteSpace));
}
