using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>The rules of the relay between Gloo Mesh's management plane and its agents.</summary>
internal static class RelayRules
{
    internal static RuleSet Set { get; } = new(
        "GlooRelay",
        "the relay secrets of Gloo Mesh: management plane, agents, signing authority, root and token",
        [
            // What there must be.
            RelaySecretRules.DataKeys,
            RelaySecretRules.RootDataKey,
            RelaySecretRules.TokenThere,

            // By which names they know each other.
            RelayNameRules.ClientDnsName,
            RelayNameRules.ClientCluster,
            RelayNameRules.ClientOneName,
            RelayNameRules.ClientLabel,
            RelayNameRules.ServerName,

            // What they may be used for.
            RelayCertificateRules.DigitalSignature,
            RelayCertificateRules.KeyEncipherment,
            RelayCertificateRules.ServerAuth,
            RelayCertificateRules.ClientAuth,
            RelayCertificateRules.LeafIsCa,
            RelayCertificateRules.SigningIsCa,
            RelayCertificateRules.RootIsCa,

            // Who trusts whom.
            RelayCertificateRules.ChainToRoot,
            RelayCertificateRules.OtherSide,
            RelayCertificateRules.SerialUnique,
            RelayCertificateRules.Renewal,

            // What is secret.
            RelaySecretRules.RootKeyOnAgent,
            RelaySecretRules.RootKeyInCluster,
            RelaySecretRules.SharedKey,
            RelaySecretRules.TokenBlank,
            RelaySecretRules.TokenLength,
            RelaySecretRules.TokenPublished,
            RelaySecretRules.TokenSame,
        ])
    {
        Fits = subject => RelayRole.Of(subject) is not null,
    };
}
