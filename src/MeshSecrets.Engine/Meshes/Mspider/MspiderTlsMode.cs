using System.Collections.Immutable;

namespace MeshSecrets.Meshes.Mspider;

/// <summary>A TLS mode as mspider's console names it, and what Istio calls the same. These are the five uses of a TLS key.</summary>
/// <param name="Name">The console's name: <c>Simple</c>, <c>Bidirectional</c>, <c>IstioBidirectional</c>.</param>
/// <param name="IstioMode">Istio's name: <c>SIMPLE</c>, <c>MUTUAL</c>, <c>ISTIO_MUTUAL</c>.</param>
/// <param name="Resource">The resource of Istio that has it: <c>Gateway</c> (the server's side) or <c>DestinationRule</c> (the client's).</param>
/// <param name="NeedsTrustBundle">Whether the key must have a <c>ca.crt</c> beside it, by which the other side is verified.</param>
/// <param name="UsesKey">Whether the key that is chosen is used at all: Istio's own certificates take its place in <c>ISTIO_MUTUAL</c>, and Istio refuses a credential there.</param>
public sealed record MspiderTlsMode(string Name, string IstioMode, string Resource, bool NeedsTrustBundle, bool UsesKey)
{
    private const string Gateway = "Gateway";
    private const string DestinationRule = "DestinationRule";

    /// <summary>All modes, the gateway's first.</summary>
    public static ImmutableArray<MspiderTlsMode> All { get; } =
    [
        new("Simple", "SIMPLE", Gateway, NeedsTrustBundle: false, UsesKey: true),
        new("Bidirectional", "MUTUAL", Gateway, NeedsTrustBundle: true, UsesKey: true),
        new("IstioBidirectional", "ISTIO_MUTUAL", Gateway, NeedsTrustBundle: false, UsesKey: false),
        new("Simple", "SIMPLE", DestinationRule, NeedsTrustBundle: false, UsesKey: true),
        new("Bidirectional", "MUTUAL", DestinationRule, NeedsTrustBundle: true, UsesKey: true),
    ];

    /// <summary>Istio's name of a mode; names of Istio's own, and unknown ones, as they are.</summary>
    /// <param name="mode">The console's name or Istio's, in any case; what stands between its words does not count.</param>
    /// <returns>For example <c>MUTUAL</c> for <c>bidirectional</c>.</returns>
    public static string ToIstio(string mode)
    {
        string bare = string.Concat(mode.Where(char.IsLetter));
        return All.FirstOrDefault(each => each.Name.Equals(bare, StringComparison.OrdinalIgnoreCase))?.IstioMode ?? mode;
    }
}
