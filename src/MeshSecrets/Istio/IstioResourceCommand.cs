using System.Collections.Immutable;
using System.Management.Automation;
using MeshSecrets.Meshes.Istio.Resources;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that make a resource of Istio with a credential: a TLS key of a store, of which names and CA are known, or only its name.</summary>
public abstract class IstioResourceCommand : ResourceCommand
{
    private protected const string TlsKeySet = "TlsKey";
    private protected const string CredentialSet = "Credential";

    /// <summary>The TLS key, as Get-MeshTlsKey and New-MeshTlsKey give it. Its secret must stand in the namespace of the proxies that use it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TlsKeySet)]
    public MeshTlsKey? TlsKey { get; set; }

    /// <summary>The name of the secret, where there is no TLS key at hand; its certificate is then not looked at.</summary>
    [Parameter(ParameterSetName = CredentialSet)]
    [ValidateNotNullOrEmpty]
    public string? CredentialName { get; set; }

    /// <summary>The namespace; that of the TLS key, or istio-system.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    private protected string UsualNamespace => Namespace ?? TlsKey?.Namespace ?? "istio-system";

    private protected CredentialFacts? FindCredential()
    {
        if (TlsKey is not { } key)
        {
            return CredentialName is null ? null : new CredentialFacts(CredentialName);
        }

        CredentialFacts credential = new(key.Name) { DnsNames = [.. key.DnsName] };
        return credential with { HasCa = key.DataKeys.Contains(DataKey.TrustBundle) || IsStored(key, credential.CaName) };
    }

    private bool IsStored(MeshTlsKey key, string name)
    {
        using Secret? found = Run(ct => key.Store.Engine.GetAsync(new SecretId(name, key.Mesh, key.Namespace), ct));
        return found is not null;
    }

    private protected static ImmutableArray<string> Texts(string[]? texts) => [.. texts ?? []];
}
