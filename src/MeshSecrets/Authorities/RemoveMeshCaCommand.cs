using System.Management.Automation;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Removes authorities. What they issued stays valid, but is renewed no more; so one that still has TLS keys or authorities to renew is kept unless -Force is given.</summary>
[Cmdlet(VerbsCommon.Remove, "MeshCa", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MeshSecret))]
public sealed class RemoveMeshCaCommand : SecretRemovalCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AuthorityCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    private protected override string? OnlyType => SecretType.CertificateAuthority;

    private protected override string Noun => "authority";

    /// <summary>Authorities serve all meshes unless a scope is given.</summary>
    private protected override string? UsualMesh => null;

    /// <inheritdoc/>
    protected override void Process() => Remove(Name);
}
