using System.Collections.Immutable;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Workloads;

/// <summary>Finds the secrets that pods read. Those with which images are pulled are none of them: pods do not see them.</summary>
internal static class PodSecrets
{
    /// <returns>Their names, each once and in order.</returns>
    internal static ImmutableArray<string> Of(PodTemplate template) =>
        template.Spec is not { } pod ? [] : [.. NamesOf(pod).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static IEnumerable<string?> NamesOf(PodSpec pod)
    {
        foreach (PodVolume volume in pod.Volumes ?? [])
        {
            yield return volume.Secret?.SecretName;
            foreach (ProjectedSource source in volume.Projected?.Sources ?? [])
            {
                yield return source.Secret?.Name;
            }
        }

        foreach (PodContainer container in (pod.InitContainers ?? []).Concat(pod.Containers ?? []))
        {
            foreach (PodVariable variable in container.Env ?? [])
            {
                yield return variable.ValueFrom?.SecretKeyRef?.Name;
            }

            foreach (VariableSource source in container.EnvFrom ?? [])
            {
                yield return source.SecretRef?.Name;
            }
        }
    }
}
