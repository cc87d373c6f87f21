using System.Text.Json;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Workloads;

namespace MeshSecrets.Tests.Stores.Kubernetes.Workloads;

/// <summary>When a restarted workload counts as ready, as failed, or as one whose restart would do nothing.</summary>
public sealed class ReadinessTests
{
    private const long Generation = 4;

    public static TheoryData<WorkloadKind, string, string, string?> States => new()
    {
        { WorkloadKind.Deployment, """{"replicas":3}""", """{}""", "its controller has not taken notice of the restart" },
        { WorkloadKind.Deployment, """{"replicas":3}""", """{"observedGeneration":3,"replicas":3,"updatedReplicas":3,"availableReplicas":3}""", "its controller has not taken notice of the restart" },
        { WorkloadKind.Deployment, """{"replicas":3}""", """{"observedGeneration":4,"replicas":4,"updatedReplicas":1,"availableReplicas":3}""", "1 of 3 pods are new" },
        { WorkloadKind.Deployment, """{"replicas":3}""", """{"observedGeneration":4,"replicas":4,"updatedReplicas":3,"availableReplicas":3}""", "1 old pods have not ended" },
        { WorkloadKind.Deployment, """{"replicas":3}""", """{"observedGeneration":4,"replicas":3,"updatedReplicas":3,"availableReplicas":2}""", "2 of 3 pods are available" },
        { WorkloadKind.Deployment, """{"replicas":3}""", """{"observedGeneration":4,"replicas":3,"updatedReplicas":3,"availableReplicas":3}""", null },
        { WorkloadKind.Deployment, """{"replicas":3}""", """{"observedGeneration":5,"replicas":3,"updatedReplicas":3,"availableReplicas":3}""", null },
        { WorkloadKind.Deployment, """{"replicas":0}""", """{"observedGeneration":4}""", null },
        { WorkloadKind.Deployment, """{}""", """{"observedGeneration":4}""", "0 of 1 pods are new" },
        { WorkloadKind.StatefulSet, """{"replicas":2}""", """{}""", "its controller has not taken notice of the restart" },
        { WorkloadKind.StatefulSet, """{"replicas":2}""", """{"observedGeneration":4,"readyReplicas":1,"currentRevision":"a","updateRevision":"a"}""", "1 of 2 pods are ready" },
        { WorkloadKind.StatefulSet, """{"replicas":2}""", """{"observedGeneration":4,"readyReplicas":2,"updatedReplicas":1,"currentRevision":"a","updateRevision":"b"}""", "1 of 2 pods are new" },
        { WorkloadKind.StatefulSet, """{"replicas":2}""", """{"observedGeneration":4,"readyReplicas":2,"updatedReplicas":2,"currentRevision":"a","updateRevision":"b"}""", null },
        { WorkloadKind.StatefulSet, """{"replicas":2}""", """{"observedGeneration":4,"readyReplicas":2,"currentRevision":"b","updateRevision":"b"}""", null },
        { WorkloadKind.StatefulSet, """{"replicas":3,"updateStrategy":{"rollingUpdate":{"partition":1}}}""", """{"observedGeneration":4,"readyReplicas":3,"updatedReplicas":1,"currentRevision":"a","updateRevision":"b"}""", "1 of 2 pods are new" },
        { WorkloadKind.StatefulSet, """{"replicas":3,"updateStrategy":{"rollingUpdate":{"partition":1}}}""", """{"observedGeneration":4,"readyReplicas":3,"updatedReplicas":2,"currentRevision":"a","updateRevision":"b"}""", null },
        { WorkloadKind.DaemonSet, """{}""", """{"desiredNumberScheduled":2,"updatedNumberScheduled":2,"numberAvailable":2}""", "its controller has not taken notice of the restart" },
        { WorkloadKind.DaemonSet, """{}""", """{"observedGeneration":4,"desiredNumberScheduled":2,"updatedNumberScheduled":1,"numberAvailable":2}""", "1 of 2 pods are new" },
        { WorkloadKind.DaemonSet, """{}""", """{"observedGeneration":4,"desiredNumberScheduled":2,"updatedNumberScheduled":2,"numberAvailable":1}""", "1 of 2 pods are available" },
        { WorkloadKind.DaemonSet, """{}""", """{"observedGeneration":4,"desiredNumberScheduled":2,"updatedNumberScheduled":2,"numberAvailable":2}""", null },
    };

    public static TheoryData<WorkloadKind, string, string?> Obstacles => new()
    {
        { WorkloadKind.Deployment, """{"paused":true}""", "WorkloadPaused" },
        { WorkloadKind.Deployment, """{"replicas":1,"strategy":{"type":"Recreate"}}""", null },
        { WorkloadKind.StatefulSet, """{"updateStrategy":{"type":"OnDelete"}}""", "WorkloadOnDelete" },
        { WorkloadKind.DaemonSet, """{"updateStrategy":{"type":"OnDelete"}}""", "WorkloadOnDelete" },
        { WorkloadKind.DaemonSet, """{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"10%"}}}""", null },
        { WorkloadKind.StatefulSet, """{"replicas":2,"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":2}}}""", "WorkloadPartitioned" },
        { WorkloadKind.StatefulSet, """{"replicas":2,"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":1}}}""", null },
        { WorkloadKind.StatefulSet, """{"replicas":0,"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0}}}""", null },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void What_is_lacking_is_said_as_kubectl_rollout_status_judges(WorkloadKind kind, string spec, string status, string? lack) =>
        Assert.Equal(lack, Readiness.FindLack(kind, Read(spec, status), Generation));

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void What_a_restart_would_not_replace_is_known_before(WorkloadKind kind, string spec, string? errorId) =>
        Assert.Equal(errorId, Readiness.FindObstacle(Of(kind), Read(spec, "{}"))?.ErrorId);

    [Theory]
    [InlineData(3, "ProgressDeadlineExceeded", null)]
    [InlineData(4, "ProgressDeadlineExceeded", "WorkloadDeadlineExceeded")]
    [InlineData(4, "ReplicaSetUpdated", null)]
    public void A_cluster_that_gives_up_on_this_restart_is_a_failure(int observed, string reason, string? errorId)
    {
        WorkloadObject found = Read("""{"replicas":2}""", $$"""{"observedGeneration":{{observed}},"updatedReplicas":1,"conditions":[{"type":"Available","reason":"x"},{"type":"Progressing","reason":"{{reason}}"}]}""");
        MeshException? failure = Readiness.FindFailure(Of(WorkloadKind.Deployment), found, Generation);
        Assert.Equal(errorId, failure?.ErrorId);
        Assert.Equal(errorId is not null, failure?.Message.Contains("1 of 2 pods are new", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void Secrets_are_found_wherever_pods_read_them_and_not_where_images_are_pulled()
    {
        WorkloadObject found = Read(
            """
            {"template":{"spec":{
              "imagePullSecrets":[{"name":"registry"}],
              "volumes":[{"name":"a","secret":{"secretName":"volume"}},{"name":"b","configMap":{"name":"map"}},
                {"name":"c","projected":{"sources":[{"secret":{"name":"projected"}},{"configMap":{"name":"map"}}]}},{"name":"d","projected":{"sources":null}}],
              "initContainers":[{"env":[{"name":"X","valueFrom":{"secretKeyRef":{"name":"init","key":"k"}}}]}],
              "containers":[{"env":[{"name":"Y","value":"plain"},{"name":"Z","valueFrom":{"fieldRef":{"fieldPath":"a"}}},{"name":"V","valueFrom":{"secretKeyRef":{"name":"volume","key":"k"}}}],
                "envFrom":[{"configMapRef":{"name":"map"}},{"secretRef":{"name":"variables"}}]}]}}}
            """,
            "{}");
        Assert.Equal(["init", "projected", "variables", "volume"], PodSecrets.Of(found.Spec.Template));
        Assert.Empty(PodSecrets.Of(Read("{}", "{}").Spec.Template));
    }

    private static Workload Of(WorkloadKind kind) => new(kind, "shop", "web", []);

    private static WorkloadObject Read(string spec, string status) =>
        JsonSerializer.Deserialize($$"""{"metadata":{"name":"web"},"spec":{{spec}},"status":{{status}}}""", KubernetesJson.Default.WorkloadObject)!;
}
