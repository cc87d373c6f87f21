using MeshSecrets.Kubernetes;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>What a store says of a cluster that is too old for it.</summary>
public sealed class VerificationTests(SharedCluster shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1.17.17", true)]
    [InlineData("v1.9.11-gke.5", true)]
    [InlineData("v1.18.0", false)]
    [InlineData("v1.20.2+k3s1", false)]
    [InlineData("v1.34.1-eks-113cf36", false)]
    [InlineData("a fork of its own", false)]
    public async Task A_server_without_server_side_apply_is_too_old(string version, bool isTooOld)
    {
        TestCluster cluster = await shared.GetAsync();
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [cluster.KubeconfigPath] });
        FaultHandler.Fault fault = FaultHandler.Answers(200, body: $$"""{"gitVersion":"{{version}}"}""");
        await using KubernetesStore store = await KubernetesStore.OpenAsync(
            new KubernetesStoreOptions { Connection = connection },
            handler => new FaultHandler(handler) { Choose = (request, _) => request.RequestUri!.AbsolutePath == "/version" ? fault : null },
            Cancel);

        List<StoreFinding> findings = [];
        await foreach (StoreFinding finding in store.VerifyAsync(Cancel))
        {
            findings.Add(finding);
        }

        Assert.Equal(isTooOld ? [("ServerTooOld", version)] : [], findings.Select(finding => (finding.FindingId, finding.Item)));
    }
}
