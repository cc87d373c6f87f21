using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Standards.StandardCases;

namespace MeshSecrets.Tests.Meshes.Standards;

internal sealed class TlsServerRuleCases : IRuleCases
{
    private const string Set = "TlsServer";

    public IEnumerable<RuleCase> Cases =>
    [
        .. OfLeaf(Set, "TlsServerSubjectAltName", recipe => recipe.Dns = [], recipe => (recipe.Dns, recipe.Uri) = ([], ["spiffe://default/web"])),
        Kept(Set, "TlsServerSubjectAltName", recipe => (recipe.Dns, recipe.Ip) = ([], ["10.0.0.1"])),
        .. OfLeaf(Set, "TlsServerCommonName", recipe => recipe.Dns = ["cart.example"]),
        Kept(Set, "TlsServerCommonName", recipe => recipe.Dns = ["*.example"]),
        Kept(Set, "TlsServerCommonName", recipe => (recipe.Subject, recipe.Dns) = ("CN=Shop v1.2", ["cart.example"])),
        Served(true, "web.example"),
        Served(true),
        Served(false, "web.example", "cart.example"),
        Served(false, "10.0.0.1"),
        .. OfLeaf(Set, "TlsServerWildcardForm", recipe => recipe.Dns = ["w*.example"], recipe => recipe.Dns = ["web.*.example"], recipe => recipe.Dns = ["*"], recipe => recipe.Dns = ["*.*.example"]),
        Kept(Set, "TlsServerWildcardForm", recipe => recipe.Dns = ["*.shop.example"]),
        .. OfLeaf(Set, "TlsServerWildcardWide", recipe => recipe.Dns = ["*.example"]),
        Kept(Set, "TlsServerWildcardWide", recipe => recipe.Dns = ["*.gloo-mesh.svc"]),
        .. OfLeaf(Set, "TlsServerAddressAsName", recipe => recipe.Dns = ["10.0.0.1"], recipe => recipe.Dns = ["fd00::1"]),
        Kept(Set, "TlsServerAddressAsName", recipe => recipe.Ip = ["10.0.0.1"]),
        .. OfLeaf(Set, "TlsServerUnderscore", recipe => recipe.Dns = ["web_1.example"]),
        .. OfLeaf(Set, "TlsServerNameForm", recipe => recipe.Dns = ["https://web.example"], recipe => recipe.Dns = ["web.example:443"], recipe => recipe.Dns = ["web.example."], recipe => recipe.Dns = ["web..example"], recipe => recipe.Dns = ["bücher.example"]),
        Kept(Set, "TlsServerNameForm", recipe => recipe.Dns = ["xn--bcher-kva.example", "*.shop.example", "web_1.example"]),
        .. OfLeaf(Set, "TlsServerExtendedKeyUsage", recipe => recipe.ExtendedKeyUsage = [Oids.ClientAuth]),
        Kept(Set, "TlsServerExtendedKeyUsage", recipe => recipe.ExtendedKeyUsage = []),
        Kept(Set, "TlsServerExtendedKeyUsage", recipe => recipe.ExtendedKeyUsage = [Oids.AnyExtendedKeyUsage]),
        .. OfLeaf(Set, "TlsServerDigitalSignature", recipe => recipe.KeyUsage = KeyUsages.KeyEncipherment),
        Kept(Set, "TlsServerDigitalSignature", recipe => recipe.KeyUsage = null),
        .. OfLeaf(Set, "TlsServerAuthority", recipe => (recipe.IsCa, recipe.KeyUsage) = (true, KeyUsages.KeyCertSign)),
    ];

    private static RuleCase Served(bool passes, params string[] hosts) =>
        new(Set, "TlsServerHosts", passes, () => Leaf(null) with { Context = RuleSecrets.Context with { Hosts = [.. hosts] } });
}
