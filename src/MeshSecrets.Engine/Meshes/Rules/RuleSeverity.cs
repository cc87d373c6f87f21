namespace MeshSecrets.Meshes.Rules;

/// <summary>How much a finding matters.</summary>
public enum RuleSeverity
{
    /// <summary>Works; users asked to be told.</summary>
    Advice,

    /// <summary>Works now, and breaks later or under some conditions.</summary>
    Warning,

    /// <summary>The mesh refuses it, or traffic stops.</summary>
    Error,
}
