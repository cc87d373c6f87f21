using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Mspider;

/// <summary>A sound TLS key of the console, and what the guide's example has wrong with it.</summary>
internal sealed class MspiderRuleCases : IRuleCases
{
    private const string Index = """{"cluster":"hosted","createdAt":"2023-04-20T07:09:33Z","is_deleted":"false","labels":"\"mspider.io/managed=true\",\"test=teston0422\",","name":"secret001","namespace":"default","type":"kubernetes.io/tls"}""";

    private static readonly ForgedCertificate s_root = CertificateForge.Root();
    private static readonly ForgedCertificate s_web = CertificateForge.Leaf(s_root);

    public IEnumerable<RuleCase> Cases =>
    [
        Good("MspiderCertificateIsRequest"),
        Bad("MspiderCertificateIsRequest", secret => secret.Values["tls.crt"] = Request),
        Good("MspiderArmourMissing"),
        Bad("MspiderArmourMissing", secret => secret.Values["tls.crt"] = Bare(s_web.Pem)),
        Bad("MspiderArmourMissing", secret => secret.Values["tls.key"] = Bare(s_web.KeyPem)),
        Good("MspiderBase64Damaged"),
        Bad("MspiderBase64Damaged", secret => secret.Values["tls.crt"] = s_web.Pem.Replace("-----END", "s-----END", StringComparison.Ordinal).Replace("s-----END", "s=\n-----END", StringComparison.Ordinal)),
        Unreadable("MspiderBase64Damaged", "ManifestValueNotBase64"),
        Good("MspiderDataKeyMissing"),
        Bad("MspiderDataKeyMissing", secret => secret.Values.Remove("tls.key")),
        Bad("MspiderDataKeyMissing", secret => secret.Values.Remove("tls.crt")),
        new("Mspider", "MspiderDataKeyMissing", true, () => Make(secret => secret.Values.Remove("tls.key")) with { Faults = [new MaterialFault("ManifestValueNotBase64", "the value of secret001, tls.key is no base64")] }),
        Good("MspiderTypeWrong"),
        Bad("MspiderTypeWrong", secret => secret.Type = SecretType.Opaque),
        Good("MspiderKeyMismatch"),
        Bad("MspiderKeyMismatch", secret => secret.Values["tls.key"] = s_root.KeyPem),
        Good("MspiderSanMissing"),
        Bad("MspiderSanMissing", secret => secret.Values["tls.crt"] = CertificateForge.Leaf(s_root, recipe => (recipe.Dns, recipe.Uri, recipe.Ip) = ([], [], [])).Pem),
        Good("MspiderTrustBundleMissing"),
        Bad("MspiderTrustBundleMissing", secret => secret.Values.Remove("ca.crt")),
        Good("MspiderManagedLabelMissing"),
        Bad("MspiderManagedLabelMissing", secret => secret.Labels.Remove("mspider.io/managed")),
        Bad("MspiderManagedLabelMissing", secret => secret.Labels["mspider.io/managed"] = "yes"),
        Good("MspiderIndexInvalid"),
        Good("MspiderIndexInvalid", secret => secret.Annotations.Clear()),
        Bad("MspiderIndexInvalid", secret => secret.Annotations["ckube.daocloud.io/indexes"] = "{\"name\":"),
        Bad("MspiderIndexInvalid", secret => secret.Annotations["ckube.daocloud.io/indexes"] = "[]"),
        Good("MspiderIndexDiffers"),
        Good("MspiderIndexDiffers", secret => secret.Annotations.Clear()),
        Bad("MspiderIndexDiffers", secret => secret.Labels["more"] = "1"),
        Bad("MspiderIndexDiffers", secret => secret.Annotations["ckube.daocloud.io/indexes"] = Index.Replace("secret001", "secret002", StringComparison.Ordinal)),
        Bad("MspiderIndexDiffers", secret => secret.Annotations["ckube.daocloud.io/indexes"] = "{\"name\":1}"),
        Good("MspiderClusterDiffers"),
        Good("MspiderClusterDiffers", secret => secret.Annotations.Remove("ckube.doacloud.io/cluster")),
        Bad("MspiderClusterDiffers", secret => secret.Annotations["ckube.doacloud.io/cluster"] = "other"),
        Good("MspiderAnnotationMisspelt", secret => secret.Annotations.Remove("ckube.doacloud.io/cluster")),
        Bad("MspiderAnnotationMisspelt"),
    ];

    private static string Request => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Documents", "helloworld.example.com.csr")).Replace("As==", "A==", StringComparison.Ordinal);

    private static RuleCase Good(string id, Action<Parts>? change = null) => new("Mspider", id, true, () => Make(change));

    private static RuleCase Bad(string id, Action<Parts>? change = null) => new("Mspider", id, false, () => Make(change));

    private static RuleCase Unreadable(string id, string errorId) =>
        new("Mspider", id, false, () => RuleSubjects.OfUnreadable("secret001.yaml", new MeshException(errorId, MeshErrorKind.InvalidData, "it is no base64"), RuleSecrets.Context));

    private static string Bare(string pem) => string.Join('\n', pem.Split('\n').Where(line => !line.StartsWith('-')));

    private static RuleSubject Make(Action<Parts>? change)
    {
        Parts parts = new();
        change?.Invoke(parts);
        SecretData data = new();
        foreach ((string key, string value) in parts.Values)
        {
            data.Set(key, Encoding.UTF8.GetBytes(value));
        }

        SecretMetadata metadata = new()
        {
            Id = new SecretId("secret001", mesh: null, "default"),
            Type = parts.Type,
            Labels = parts.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Annotations = parts.Annotations.ToImmutableSortedDictionary(StringComparer.Ordinal),
            DataKeys = [.. data.Keys],
        };
        return RuleSubjects.OfSecret(new Secret(metadata, data), RuleSecrets.Context);
    }

    private sealed class Parts
    {
        internal string Type { get; set; } = SecretType.Tls;

        internal Dictionary<string, string> Labels { get; } = new() { ["mspider.io/managed"] = "true", ["test"] = "teston0422" };

        internal Dictionary<string, string> Annotations { get; } = new() { ["ckube.daocloud.io/indexes"] = Index, ["ckube.doacloud.io/cluster"] = "hosted" };

        internal Dictionary<string, string> Values { get; } = new() { ["tls.crt"] = s_web.Pem, ["tls.key"] = s_web.KeyPem, ["ca.crt"] = s_root.Pem };
    }
}
