using System.Collections.Immutable;
using MeshSecrets.Meshes.Mspider;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>The TLS modes of gateways and of clients, and mspider's names for them.</summary>
public static class TlsMode
{
    /// <summary>The gateway has a certificate.</summary>
    public const string Simple = "SIMPLE";

    /// <summary>Both sides have certificates.</summary>
    public const string Mutual = "MUTUAL";

    /// <summary>Both sides have the certificates that the mesh gave them.</summary>
    public const string IstioMutual = "ISTIO_MUTUAL";

    /// <summary>TLS passes through; no certificate is used.</summary>
    public const string Passthrough = "PASSTHROUGH";

    /// <summary>The modes of a gateway's server.</summary>
    public static ImmutableArray<string> OfServers { get; } = [Simple, Mutual, "OPTIONAL_MUTUAL", IstioMutual, Passthrough, "AUTO_PASSTHROUGH"];

    /// <summary>The modes of a client.</summary>
    public static ImmutableArray<string> OfClients { get; } = [Simple, Mutual, IstioMutual, "DISABLE"];

    /// <summary>Reads a mode, in any case, with mspider's names as well.</summary>
    /// <param name="mode">The text.</param>
    /// <param name="known">The modes that are possible here.</param>
    /// <returns>The mode as Istio writes it.</returns>
    /// <exception cref="MeshException"><c>IstioModeUnknown</c>.</exception>
    public static string Parse(string mode, ImmutableArray<string> known)
    {
        string name = MspiderTlsMode.ToIstio(mode.Trim()).ToUpperInvariant().Replace(' ', '_').Replace('-', '_');
        return known.Contains(name) ? name : throw IstioErrors.ModeUnknown(mode, known);
    }

    /// <summary>Whether the gateway verifies clients by a CA of its credential.</summary>
    internal static bool AsksForClients(string mode) => mode is Mutual or "OPTIONAL_MUTUAL";

    /// <summary>Whether a server in this mode has no credential of its own.</summary>
    internal static bool HasNoCredential(string mode) => mode is IstioMutual or Passthrough or "AUTO_PASSTHROUGH";
}
