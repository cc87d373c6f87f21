using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>A reference to a credential, as <c>credentialName</c> holds it (pilot/pkg/model/credentials/resource.go).</summary>
/// <param name="Name">The secret's name.</param>
/// <param name="Namespace">The namespace, if the reference names it; otherwise that of the proxy, which no resource tells.</param>
internal sealed record CredentialReference(string Name, string? Namespace)
{
    /// <summary>The secret in which a certificate authority is looked for first.</summary>
    internal string CaName => Name.EndsWith(GatewayKeys.CaSuffix, StringComparison.Ordinal) ? Name : Name + GatewayKeys.CaSuffix;

    /// <summary>Reads a reference.</summary>
    /// <param name="text">The field's text.</param>
    /// <returns>The reference, or <see langword="null"/> if it is to no secret: a config map, a credential of the proxy's own.</returns>
    internal static CredentialReference? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        const string Separator = "://";
        string typed = text.Contains(Separator, StringComparison.Ordinal) ? text : $"kubernetes{Separator}{text}";
        int scheme = typed.IndexOf(Separator, StringComparison.Ordinal);
        string[] parts = typed[(scheme + Separator.Length)..].Split('/');
        return typed[..scheme] is not ("kubernetes" or "kubernetes-gateway") || parts[^1].Length == 0 ? null
            : parts.Length > 1 ? new CredentialReference(parts[1], parts[0])
            : new CredentialReference(parts[0], Namespace: null);
    }

    /// <summary>The uses that the reference is: of the secret, and of its CA where one is asked for.</summary>
    /// <remarks>
    /// A bare name is looked for beside the proxy, which the resource finds by labels of pods. Where those run may change at any
    /// time, and who removes a secret need not be allowed to see it, so a secret of that name counts as used in whichever
    /// namespace: a needless warning costs a -Force, a missing one the listener. The condition is said with the effect.
    /// </remarks>
    internal IEnumerable<SecretUse> ToUses(Manifest user, string field, bool needsCa, string effect)
    {
        string condition = Namespace is null ? " So it is if the proxy runs in the namespace of this secret: the reference names none." : "";
        yield return new SecretUse(user.ToString(), field, Name, Mesh: null, Namespace, effect + condition, user.Source);
        if (needsCa && CaName != Name)
        {
            yield return new SecretUse(user.ToString(), field, CaName, Mesh: null, Namespace, "Certificates of the other side are verified by the CA in it; without it, by that in the secret itself." + condition, user.Source);
        }
    }
}
