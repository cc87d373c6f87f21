using MeshSecrets.Meshes.Rules;
using MeshSecrets.Meshes.Standards;
using static MeshSecrets.Meshes.Istio.Rules.IstioSubject;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>The rules for an authority of istiod's: what istiod checks first, then what it should.</summary>
internal static class IstioRules
{
    internal static RuleSet Set { get; } = new(
        "Istio",
        "an authority for istiod, as certificate or as the secret cacerts or istio-ca-secret, and what workloads trust",
        [
            KeyRules.MaterialUnreadable,
            IstioCaLoadRules.KeysMissing,
            IstioCaLoadRules.NotCa,
            IstioCaLoadRules.NotValidNow,
            IstioCaLoadRules.ChainBroken,
            IstioCaLoadRules.EkuServerAuth,
            IstioCaLoadRules.KeyForm,
            IstioCaLoadRules.KeyMismatch,
            IstioCaLoadRules.CrlMissing,
            IstioCaLoadRules.KeyCertSign,
            IstioCaLoadRules.EkuClientAuth,
            IstioCaSecretRules.BothLayouts,
            IstioCaSecretRules.CrlIgnored,
            IstioCaSecretRules.Generated,
            IstioCaSecretRules.Name,
            IstioCaSecretRules.Namespace,
            IstioCaSecretRules.KeyShared,
            IstioCaChainRules.ChainWithoutCa,
            IstioCaChainRules.ChainOrder,
            IstioCaChainRules.RootInChain,
            IstioCaChainRules.OutlivesIssuer,
            IstioCaChainRules.PathLengthShort,
            IstioCaChainRules.PathLengthOpen,
            IstioCaChainRules.NewlineMissing,
            IstioCaRootRules.Corrupt,
            IstioCaRootRules.Several,
            IstioCaRootRules.Duplicate,
            IstioCaRootRules.NotRoot,
            IstioCaRootRules.Expired,
            IstioCaRootRules.Replaced,
            IstioCaRootRules.BytesDiffer,
            IstioCaAdviceRules.LifeShort,
            IstioCaAdviceRules.LifeLong,
            IstioCaAdviceRules.RootSigns,
            IstioCaAdviceRules.RsaLarge,
            IstioCaAdviceRules.IstiodName,
            IstioCaAdviceRules.NameConstrained,
            IstioCaAdviceRules.KeyIdentifiers,
        ])
    {
        Fits = subject => (subject.Secret is { } secret && IsForIstiod(secret)) || subject.Resource is { Kind: "ConfigMap", Name: IstioNames.CaRootCert },
    };
}
