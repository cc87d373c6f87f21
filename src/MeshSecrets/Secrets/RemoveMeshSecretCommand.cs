using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>Removes secrets of any kind.</summary>
[Cmdlet(VerbsCommon.Remove, "MeshSecret", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MeshSecret), typeof(MeshTlsKey))]
public sealed class RemoveMeshSecretCommand : SecretRemovalCommand
{
    /// <summary>Names; wildcards are permitted.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process() => Remove(Name);
}
