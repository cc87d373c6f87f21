using System.Management.Automation;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

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

    /// <summary>Remove it even if TLS keys or authorities in the store name it as their issuer.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string? OnlyType => SecretType.CertificateAuthority;

    private protected override string Noun => "authority";

    /// <summary>Authorities serve all meshes unless a scope is given.</summary>
    private protected override string? UsualMesh => null;

    /// <inheritdoc/>
    protected override void Process() => Remove(Name);

    private protected override MeshException? Objection(MeshSecret secret)
    {
        if (Force)
        {
            return null;
        }

        string reference = new IssuerReference(CertificateAuthority.Kind, secret.Metadata.Id.ToString()).ToString();
        SecretQuery query = new() { Types = [SecretType.Tls, SecretType.CertificateAuthority] };
        List<SecretId> users =
        [
            .. Stream(ct => secret.Store.Engine.ListAsync(query, ct))
                .Where(user => user.Annotations.GetValueOrDefault(IssuanceRecord.IssuerAnnotation) == reference)
                .Select(user => user.Id),
        ];
        return users.Count == 0 ? null : AuthorityErrors.InUse(secret.Metadata.Id, users);
    }
}
