using System.Management.Automation;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Removes TLS keys.</summary>
[Cmdlet(VerbsCommon.Remove, "MeshTlsKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MeshTlsKey))]
public sealed class RemoveMeshTlsKeyCommand : SecretRemovalCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TlsKeyCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    private protected override string? OnlyType => SecretType.Tls;

    private protected override string Noun => "TLS key";

    /// <inheritdoc/>
    protected override void Process() => Remove(Name);
}
