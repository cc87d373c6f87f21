using System.Management.Automation;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Issuers;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that put an authority into a store: its policy and its place.</summary>
public abstract class AuthorityCommand : ScopedCommand
{
    private object? _allowedKeyAlgorithm; // Not the enums themselves: PowerShell loads this type before the engine can be found.

    /// <summary>The name under which it is kept.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    /// <summary>DNS names that it may certify: <c>web.example</c> just that, <c>*.example</c> all below, <c>*</c> any. Restricting one kind of name refuses the kinds without a rule.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? AllowedDnsName { get; set; }

    /// <summary>Beginnings of URIs that it may certify, as <c>spiffe://default/</c>; <c>*</c> for any.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? AllowedUriPrefix { get; set; }

    /// <summary>IP addresses and networks that it may certify, as <c>10.0.0.0/8</c>; <c>*</c> for any.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? AllowedIPAddress { get; set; }

    /// <summary>The longest life of what it issues; a longer one that is asked for is refused.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? LongestLife { get; set; }

    /// <summary>The kinds of key that it certifies.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public KeyAlgorithm[]? AllowedKeyAlgorithm
    {
        get => (KeyAlgorithm[]?)_allowedKeyAlgorithm;
        set => _allowedKeyAlgorithm = value;
    }

    /// <summary>Labels, as <c>@{ team = 'platform' }</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public System.Collections.IDictionary? Label { get; set; }

    /// <summary>Overwrite an authority of that name. What it issued stays, but is no longer renewed by the old key.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    // Authorities serve all meshes unless a scope is given.
    private protected override string? UsualMesh => null;

    private protected override bool IsDryRun => DryRun;

    /// <summary>Says what is left without its authority when -Force replaces one.</summary>
    private protected void WarnOfUse(MeshStore store, SecretId id)
    {
        SecretMetadata authority = new() { Id = id, Type = SecretType.CertificateAuthority };
        int users = Force ? Run(ct => new StoreUses(store.Engine).FindAsync(authority, ct)).Count(user => user.Relation == DependencyRelation.IssuedBy) : 0;
        if (users > 0)
        {
            WriteWarning($"{id} is replaced, and {users} in the store were issued by the old one. They stay valid as long as its root is trusted, so keep that in the bundle; renew them by the new one with Invoke-MeshCertRotation -Force.");
        }
    }

    private protected IssuancePolicy ToPolicy()
    {
        bool restricted = AllowedDnsName is { Length: > 0 } || AllowedUriPrefix is { Length: > 0 } || AllowedIPAddress is { Length: > 0 }
            || LongestLife is not null || AllowedKeyAlgorithm is { Length: > 0 };
        if (!restricted)
        {
            return IssuancePolicy.Unrestricted;
        }

        IssuancePolicy policy = new()
        {
            AllowedDnsNames = [.. AllowedDnsName ?? []],
            AllowedUriPrefixes = [.. AllowedUriPrefix ?? []],
            AllowedIpAddresses = [.. AllowedIPAddress ?? []],
            LongestLife = LongestLife,
            AllowedKeyAlgorithms = [.. AllowedKeyAlgorithm ?? []],
        };
        policy.EnsureValid();
        return policy;
    }
}
