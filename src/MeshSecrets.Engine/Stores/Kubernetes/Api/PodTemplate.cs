namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>What pods are made of, as far as it names secrets (<c>core/v1 PodTemplateSpec</c>). Each list may be null: so Go writes an empty one.</summary>
internal sealed class PodTemplate
{
    public PodSpec? Spec { get; set; }
}

/// <summary>A pod.</summary>
internal sealed class PodSpec
{
    public List<PodVolume>? Volumes { get; set; }

    public List<PodContainer>? Containers { get; set; }

    public List<PodContainer>? InitContainers { get; set; }
}

/// <summary>A volume: of one secret, or of several sources together.</summary>
internal sealed class PodVolume
{
    public SecretVolume? Secret { get; set; }

    public ProjectedVolume? Projected { get; set; }
}

/// <summary>A volume of one secret, which here alone is named so.</summary>
internal sealed class SecretVolume
{
    public string? SecretName { get; set; }
}

/// <summary>A volume of several sources.</summary>
internal sealed class ProjectedVolume
{
    public List<ProjectedSource>? Sources { get; set; }
}

/// <summary>One of them.</summary>
internal sealed class ProjectedSource
{
    public SecretName? Secret { get; set; }
}

/// <summary>A container.</summary>
internal sealed class PodContainer
{
    public List<PodVariable>? Env { get; set; }

    public List<VariableSource>? EnvFrom { get; set; }
}

/// <summary>An environment variable.</summary>
internal sealed class PodVariable
{
    public VariableValue? ValueFrom { get; set; }
}

/// <summary>Where its value comes from.</summary>
internal sealed class VariableValue
{
    public SecretName? SecretKeyRef { get; set; }
}

/// <summary>Where many variables come from at once.</summary>
internal sealed class VariableSource
{
    public SecretName? SecretRef { get; set; }
}

/// <summary>A secret by name.</summary>
internal sealed class SecretName
{
    public string? Name { get; set; }
}
