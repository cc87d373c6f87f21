using System.Collections;
using System.Management.Automation;
using MeshSecrets.Meshes.Kuma.Identity;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Commands;

/// <summary>Makes a MeshIdentity or a MeshTrust of Kuma 3, which take the place of mTLS in the Mesh.</summary>
[Cmdlet(VerbsCommon.New, "MeshIdentity", DefaultParameterSetName = AuthoritySet)]
[OutputType(typeof(MeshManifest), typeof(string))]
public sealed partial class NewMeshIdentityCommand : ResourceCommand
{
    /// <inheritdoc/>
    protected override void Process()
    {
        IdentityPlace place = new(Name, Mesh ?? Authority?.Mesh ?? "default", Universal ? null : Namespace);
        WriteManifest(ParameterSetName == TrustSet ? MeshTrust.Create(place, TrustDomain!, CaBundle) : ToIdentity().ToManifest(place));
    }

    private MeshIdentity ToIdentity() => new(ToProvider())
    {
        MatchLabels = MatchLabel.Cast<DictionaryEntry>().ToDictionary(label => $"{label.Key}", label => $"{label.Value}", StringComparer.Ordinal),
        TrustDomain = TrustDomain,
        Path = SpiffePath,
    };

    private ManifestNode ToProvider() => ParameterSetName switch
    {
        SpireSet => IdentityProvider.Spire(AgentTimeout),
        ExtensionSet => IdentityProvider.Extension(ExtensionName!, ExtensionConfig is null ? null : ReadConfig(ExtensionConfig)),
        ProvidedSet => IdentityProvider.Bundled(CertificateSecret, KeySecret, AllowSelfSigned, !NoTrust, ValidFor),
        AuthoritySet => IdentityProvider.Bundled($"{Authority!.Name}-cert", $"{Authority.Name}-key", AllowSelfSigned || Authority.IsRoot, !NoTrust, ValidFor),
        _ => IdentityProvider.Bundled(certificateSecret: null, keySecret: null, allowSelfSigned: true, !NoTrust, ValidFor),
    };

    private static ManifestNode ReadConfig(string text) =>
        ManifestReader.Read(text, "-ExtensionConfig").ToList() is [{ Root: { Kind: ManifestNodeKind.Mapping } config }] ? config : throw KumaCommandErrors.ConfigExpected();
}
