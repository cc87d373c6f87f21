using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Gloo;

/// <summary>The relay's secrets as New-MeshRelaySecret makes them, and each spoilt in one way.</summary>
internal sealed class RelayRuleCases : IRuleCases
{
    private const string Set = "GlooRelay";
    private const string LongToken = "abcdefghijklmnopqrstuvwxyz012345678";

    private static readonly ForgedCertificate s_root = CertificateForge.Root("CN=relay-root");
    private static readonly ForgedCertificate s_otherRoot = CertificateForge.Root("CN=other-root", recipe => recipe.Key = ForgedKey.Ec("other"));

    public IEnumerable<RuleCase> Cases =>
    [
        new(Set, "GlooRelayDataKeys", true, () => Client()),
        new(Set, "GlooRelayDataKeys", false, () => Subject("relay-client-tls-secret", ("tls.crt", Leaf("cluster-1").Pem), ("tls.key", Leaf("cluster-1").KeyPem))),
        new(Set, "GlooRelayRootDataKey", true, () => Root()),
        new(Set, "GlooRelayRootDataKey", false, () => Subject("relay-root-tls-secret", ("root.crt", s_root.Pem))),
        new(Set, "GlooRelayTokenThere", true, () => Token(LongToken)),
        new(Set, "GlooRelayTokenThere", false, () => Token("")),
        new(Set, "GlooRelayTokenThere", false, () => Subject("relay-identity-token-secret", ("value", LongToken))),
        new(Set, "GlooRelayClientDnsName", true, () => Client()),
        new(Set, "GlooRelayClientDnsName", false, () => Client(change: recipe => (recipe.Dns, recipe.Subject) = ([], "CN=cluster-1"))),
        new(Set, "GlooRelayClientCluster", true, () => In(Client(), clusters: ["cluster-1", "cluster-2"])),
        new(Set, "GlooRelayClientCluster", true, () => Client("unknown")),
        new(Set, "GlooRelayClientCluster", false, () => In(Client("cluster1"), clusters: ["cluster-1", "cluster-2"])),
        new(Set, "GlooRelayClientOneName", true, () => Client()),
        new(Set, "GlooRelayClientOneName", false, () => Client(change: recipe => recipe.Dns = ["cluster-1", "cluster-2"])),
        new(Set, "GlooRelayClientLabel", true, () => Labelled(Client(), "cluster-1")),
        new(Set, "GlooRelayClientLabel", false, () => Labelled(Client(), "cluster-2")),
        new(Set, "GlooRelayServerName", true, () => Server()),
        new(Set, "GlooRelayServerName", true, () => Server(recipe => recipe.Dns = ["enterprise-networking.gloo-mesh"])),
        new(Set, "GlooRelayServerName", false, () => Server(recipe => recipe.Dns = ["enterprise-networking"])),
        new(Set, "GlooRelayServerName", false, () => Server(recipe => recipe.Dns = [])),
        new(Set, "GlooRelayDigitalSignature", true, () => Server()),
        new(Set, "GlooRelayDigitalSignature", false, () => Server(recipe => recipe.KeyUsage = KeyUsages.KeyEncipherment)),
        new(Set, "GlooRelayKeyEncipherment", true, () => Server()),
        new(Set, "GlooRelayKeyEncipherment", false, () => Server(recipe => (recipe.Key, recipe.KeyUsage) = (ForgedKey.Rsa(), KeyUsages.DigitalSignature))),
        new(Set, "GlooRelayServerAuth", true, () => Server()),
        new(Set, "GlooRelayServerAuth", false, () => Server(recipe => recipe.ExtendedKeyUsage = [Oids.ClientAuth])),
        new(Set, "GlooRelayClientAuth", true, () => Client()),
        new(Set, "GlooRelayClientAuth", false, () => Client(change: recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth])),
        new(Set, "GlooRelayLeafIsCa", true, () => Client()),
        new(Set, "GlooRelayLeafIsCa", false, () => Client(change: recipe => recipe.IsCa = true)),
        new(Set, "GlooRelaySigningIsCa", true, () => Signing()),
        new(Set, "GlooRelaySigningIsCa", false, () => Signing(recipe => recipe.IsCa = false)),
        new(Set, "GlooRelaySigningIsCa", false, () => Signing(recipe => recipe.KeyUsage = KeyUsages.DigitalSignature)),
        new(Set, "GlooRelayRootIsCa", true, () => Root()),
        new(Set, "GlooRelayRootIsCa", false, () => Subject("relay-root-tls-secret", ("ca.crt", Leaf("cluster-1").Pem))),
        new(Set, "GlooRelayChainToRoot", true, () => Signing()),
        new(Set, "GlooRelayChainToRoot", false, () => Client(root: s_otherRoot)),
        new(Set, "GlooRelayOtherSide", true, () => In(Client(), others: [Server()])),
        new(Set, "GlooRelayOtherSide", false, () => In(Root(s_otherRoot), others: [Server()])),
        new(Set, "GlooRelayOtherSide", false, () => In(Server(), others: [Client(signer: s_otherRoot, root: s_otherRoot)])),
        new(Set, "GlooRelaySerialUnique", true, () => In(Client(), others: [Server()])),
        new(Set, "GlooRelaySerialUnique", false, () => In(Client(change: recipe => recipe.Serial = [0]), others: [Server(recipe => recipe.Serial = [0])])),
        new(Set, "GlooRelayRenewal", true, () => Signing()),
        new(Set, "GlooRelayRenewal", true, () => Client(change: recipe => recipe.NotAfter = CertificateForge.Now.AddDays(1))),
        new(Set, "GlooRelayRenewal", false, () => Server(recipe => recipe.NotAfter = CertificateForge.Now.AddDays(2))),
        new(Set, "GlooRelayRootKeyOnAgent", true, () => Labelled(Root(), "cluster-1")),
        new(Set, "GlooRelayRootKeyOnAgent", false, () => Labelled(RootWithKey(), "cluster-1")),
        new(Set, "GlooRelayRootKeyOnAgent", false, () => In(RootWithKey(), others: [Client()])),
        new(Set, "GlooRelayRootKeyInCluster", true, () => Root()),
        new(Set, "GlooRelayRootKeyInCluster", true, () => Labelled(RootWithKey(), "cluster-1")),
        new(Set, "GlooRelayRootKeyInCluster", false, () => In(RootWithKey(), others: [Client(), Server()])),
        new(Set, "GlooRelaySharedKey", true, () => In(Client(), others: [Server(), Signing()])),
        new(Set, "GlooRelaySharedKey", false, () => In(Client(), others: [Client("cluster-2")])),
        new(Set, "GlooRelaySharedKey", false, () => In(Signing(recipe => recipe.Key = ForgedKey.Ec("server")), others: [Server()])),
        new(Set, "GlooRelayTokenBlank", true, () => Token(LongToken)),
        new(Set, "GlooRelayTokenBlank", false, () => Token(LongToken + "\n")),
        new(Set, "GlooRelayTokenLength", true, () => Token(LongToken)),
        new(Set, "GlooRelayTokenLength", false, () => Token("too-short-a-token")),
        new(Set, "GlooRelayTokenPublished", true, () => Token(LongToken)),
        new(Set, "GlooRelayTokenPublished", false, () => Token(System.Text.Encoding.ASCII.GetString(Convert.FromBase64String("NVVCUktXNWRoWnh5aGgwSw==")))),
        new(Set, "GlooRelayTokenSame", true, () => In(Token(LongToken), others: [Token(LongToken)])),
        new(Set, "GlooRelayTokenSame", true, () => In(Client(), others: [Token(LongToken)])),
        new(Set, "GlooRelayTokenSame", false, () => In(Token(LongToken), others: [Token(LongToken + "x")])),
    ];

    private static RuleSubject Subject(string name, params (string Key, string Value)[] values) =>
        RuleSecrets.Subject(name, null, "gloo-mesh", values.Length == 3 ? SecretType.Tls : SecretType.Opaque, values);

    private static ForgedCertificate Leaf(string dnsName, ForgedCertificate? signer = null, Action<CertificateRecipe>? change = null) => CertificateForge.Leaf(signer ?? s_root, recipe =>
    {
        (recipe.Subject, recipe.Dns, recipe.Key) = ($"CN={dnsName}", [dnsName], ForgedKey.Ec("client"));
        change?.Invoke(recipe);
    });

    private static RuleSubject Client(string cluster = "cluster-1", ForgedCertificate? signer = null, ForgedCertificate? root = null, Action<CertificateRecipe>? change = null) =>
        Tls("relay-client-tls-secret", Leaf(cluster, signer, change), root);

    private static RuleSubject Server(Action<CertificateRecipe>? change = null) => Tls("relay-server-tls-secret", Leaf("*.gloo-mesh", change: recipe =>
    {
        (recipe.Key, recipe.Serial, recipe.Subject) = (ForgedKey.Ec("server"), [0x22], "CN=relay");
        change?.Invoke(recipe);
    }));

    private static RuleSubject Signing(Action<CertificateRecipe>? change = null) => Tls("relay-tls-signing-secret", CertificateForge.Intermediate(s_root, "CN=relay-signing", change));

    private static RuleSubject Tls(string name, ForgedCertificate certificate, ForgedCertificate? root = null) =>
        Subject(name, ("tls.crt", certificate.Pem), ("tls.key", certificate.KeyPem), ("ca.crt", (root ?? s_root).Pem));

    private static RuleSubject Root(ForgedCertificate? root = null) => Subject("relay-root-tls-secret", ("ca.crt", (root ?? s_root).Pem));

    private static RuleSubject RootWithKey() => Subject("relay-root-tls-secret", ("ca.crt", s_root.Pem), ("tls.crt", s_root.Pem), ("tls.key", s_root.KeyPem));

    private static RuleSubject Token(string value) => Subject("relay-identity-token-secret", ("token", value));

    private static RuleSubject In(RuleSubject subject, string[]? clusters = null, RuleSubject[]? others = null) => subject with
    {
        Context = subject.Context with { Clusters = [.. clusters ?? []], Others = [.. others ?? []] },
    };

    private static RuleSubject Labelled(RuleSubject subject, string cluster)
    {
        SecretMetadata metadata = subject.Secret!.Metadata with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("meshsecrets.io/cluster", cluster) };
        return subject with { Secret = new Secret(metadata, subject.Secret.GetData()) };
    }
}
