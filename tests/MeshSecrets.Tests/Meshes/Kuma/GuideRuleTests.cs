using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>The published guides' examples, judged: each of their faults is found, and nothing else.</summary>
public sealed class GuideRuleTests
{
    [Theory]
    [InlineData(GuideDocument.Kuma04, "Kuma", "KumaTrailingNewline", "KumaNothingEnabled,KumaConfMisspelt,KumaProvidedConf,KumaProvidedConf")]
    [InlineData(GuideDocument.Kuma04, "Kuma04", "KumaTrailingNewline", "Kuma04Backends")]
    [InlineData(GuideDocument.Kuma04, "Kuma3", "KumaTrailingNewline", "Kuma3MtlsRemoved")]
    [InlineData(GuideDocument.KongMesh21, "KongMesh", "KumaTrailingNewline", "KumaNothingEnabled,KumaConfMisspelt,KumaProvidedConf,KumaProvidedConf")]
    public void Faults_are_found_and_named(string document, string set, string inSecrets, string inMeshes)
    {
        foreach (Manifest manifest in GuideDocument.Read(document))
        {
            using Secret? secret = MeshDialects.RecognizeSecret(manifest)?.Read(manifest);
            RuleSubject subject = secret is null ? RuleSubjects.OfResource(manifest, RuleSecrets.Context) : RuleSubjects.OfSecret(secret, RuleSecrets.Context);
            string found = string.Join(',', MeshDialects.FindRuleSet(set).Judge(subject).Select(finding => finding.RuleId));
            Assert.Equal(secret is null ? inMeshes : inSecrets, found);
        }
    }

    [Theory]
    [InlineData(GuideDocument.Kuma04, "Kuma")]
    [InlineData(GuideDocument.KongMesh21, "KongMesh")]
    public void Mended_examples_of_a_mesh_keep_all_rules(string document, string set)
    {
        foreach (Manifest manifest in GuideDocument.Read(document).Where(manifest => manifest.Kind == "Mesh"))
        {
            ManifestNode mtls = manifest.Spec.Find("mtls")!.Set("enabledBackend", ManifestNode.String("ca-1"));
            ManifestNode backend = mtls.Find("backends")!.Entries[0];
            backend.Set("conf", backend.Find("config")).Set("config", null);
            Assert.Empty(MeshDialects.FindRuleSet(set).Judge(RuleSubjects.OfResource(manifest, RuleSecrets.Context)));
        }
    }

    [Fact]
    public void Rules_fit_what_is_Kumas()
    {
        Manifest[] manifests = [.. GuideDocument.Read(GuideDocument.KongMesh21)];
        Assert.All(manifests, manifest =>
        {
            using Secret? secret = MeshDialects.RecognizeSecret(manifest)?.Read(manifest);
            RuleSubject subject = secret is null ? RuleSubjects.OfResource(manifest, RuleSecrets.Context) : RuleSubjects.OfSecret(secret, RuleSecrets.Context);
            Assert.Equal(manifest.Namespace == "kong-mesh-system" ? "KongMesh" : "Kuma", Assert.Single(MeshDialects.RuleSets, set => set.Name.StartsWith('K') && set.Name != "Kubernetes" && set.Fits?.Invoke(subject) == true).Name);
        });
    }
}
