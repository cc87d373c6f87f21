using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Kuma;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>Texts that Kuma itself writes: whoever searches for one of them must find the rule, so they are pinned to the letter.</summary>
public sealed class KumaTextTests
{
    [Theory]
    [InlineData("KumaSecretValue", "cannot be empty.")]
    [InlineData("KumaSecretInTwoMeshes", "cannot change mesh of the Secret. Delete the Secret first and apply it again.")]
    [InlineData("KumaSecretOfOtherMesh", "cannot change mesh of the Secret. Delete the Secret first and apply it again.")]
    [InlineData("KumaGlobalSecretMesh", "mesh cannot be set on global secret")]
    [InlineData("KumaCaChanged", "Changing CA when mTLS is enabled is forbidden. Disable mTLS first and then change the CA")]
    [InlineData("KumaOneBackend", "mtls.backends: cannot have more than 1 backends")]
    [InlineData("KumaBasicConstraints", "basic constraint 'CA' must be set to 'true' (see X509-SVID: 4.1. Basic Constraints)")]
    [InlineData("KumaKeyCertSign", "key usage extension 'keyCertSign' must be set (see X509-SVID: 4.3. Key Usage)")]
    [InlineData("KumaKeyAgreement", "key usage extension 'keyAgreement' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)")]
    [InlineData("KumaKeyPair", "not a valid TLS key pair: tls: private key does not match public key")]
    [InlineData("Kuma04SingleCertificate", "certificate must be a root CA (certificate chains are not allowed)")]
    [InlineData("Kuma04SelfSigned", "certificate must be self-signed (intermediate CAs are not allowed)")]
    [InlineData("Kuma04DigitalSignature", "key usage extension 'digitalSignature' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)")]
    [InlineData("Kuma04KeyEncipherment", "key usage extension 'keyEncipherment' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)")]
    public void A_rule_quotes_what_Kuma_says(string ruleId, string text)
    {
        MeshRule rule = MeshDialects.RuleSets.SelectMany(set => set.Rules).First(rule => rule.Id == ruleId);
        Assert.Matches($"'[^']*{System.Text.RegularExpressions.Regex.Escape(text)}'", rule.Effect);
    }

    [Fact]
    public void The_guard_of_deletion_names_secret_mesh_and_backend()
    {
        string effect = MeshDialects.RecognizeResource(KumaCases.Manifest(Provided))!.FindUses(KumaCases.Manifest(Provided)).Single(use => use.SecretName == "my-cert").Effect;
        Assert.Contains(
            "'The secret \"my-cert\" that you are trying to remove is currently in use in Mesh \"default\" in mTLS backend \"ca-1\". Please remove the reference from the \"ca-1\" backend before removing the secret.'",
            effect,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_errors_of_the_forms_quote_the_webhook()
    {
        Assert.Contains("'data.value: cannot be empty.'", KumaErrors.SecretEmpty("mesh/default/x", "data.value").Message, StringComparison.Ordinal);
        Assert.Contains("'mesh cannot be set on global secret'", KumaErrors.GlobalSecretWithMesh("global/x", "default").Message, StringComparison.Ordinal);
    }

    private static string Provided => KumaCases.Mesh(KumaCases.Backend("provided", "    conf:\n      cert:\n        secret: my-cert\n      key:\n        secret: my-key\n"));
}
