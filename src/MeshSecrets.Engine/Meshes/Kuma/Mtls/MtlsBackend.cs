using System.Globalization;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Mtls;

/// <summary>One backend in <c>mtls.backends</c> of a Mesh.</summary>
/// <param name="node">Its mapping.</param>
/// <param name="index">Its place in the list.</param>
internal sealed class MtlsBackend(ManifestNode node, int index)
{
    internal const string Builtin = "builtin";
    internal const string Provided = "provided";
    internal const string Vault = "vault";
    internal const string AcmPca = "acmpca";
    internal const string CertManager = "certmanager";

    /// <summary>The mapping as it stands.</summary>
    internal ManifestNode Node { get; } = node;

    /// <summary>Its name; empty if it has none.</summary>
    internal string Name => Node["name"] ?? "";

    /// <summary>Its type; empty if it has none.</summary>
    internal string Type => Node["type"] ?? "";

    /// <summary>STRICT, unless it says PERMISSIVE.</summary>
    internal string? Mode => Node["mode"];

    /// <summary>Its settings; <see langword="null"/> if it has none.</summary>
    internal ManifestNode? Conf => Node.Find("conf");

    /// <summary>As users write its place: <c>mtls.backends[ca-1]</c>.</summary>
    internal string Field => $"mtls.backends[{(Name.Length == 0 ? index.ToString(CultureInfo.InvariantCulture) : Name)}]";

    /// <summary>The secret that a data source refers to.</summary>
    /// <param name="path">The fields below <c>conf</c>.</param>
    /// <returns>Its name, or <see langword="null"/> if there is no such data source, or it is no secret.</returns>
    internal string? SecretAt(params ReadOnlySpan<string> path) => Conf?.Find(path)?["secret"];
}
