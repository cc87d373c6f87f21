namespace MeshSecrets.Tests.Meshes.Rules;

/// <summary>Cases of rules, found by the tests of this folder wherever in the test assembly a class implements it (with a constructor without parameters).</summary>
public interface IRuleCases
{
    /// <summary>The cases.</summary>
    IEnumerable<RuleCase> Cases { get; }
}
