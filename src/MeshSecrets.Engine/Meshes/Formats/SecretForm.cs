using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Formats;

/// <summary>A form in which a mesh or platform writes a secret. Reading and writing lose nothing, or refuse.</summary>
public abstract class SecretForm
{
    /// <summary>The name by which users choose it: <c>Kubernetes</c>, <c>KumaUniversal</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>Whether a manifest is a secret in this form. General forms leave to special ones what is theirs.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <returns>Whether <see cref="Read"/> shall read it.</returns>
    public abstract bool Recognizes(Manifest manifest);

    /// <summary>Whether a secret is written in this form when none is named.</summary>
    /// <param name="metadata">The secret's metadata: its type and scope tell.</param>
    /// <returns>Whether it is.</returns>
    public virtual bool IsUsualFor(SecretMetadata metadata) => false;

    /// <summary>Reads a secret.</summary>
    /// <param name="manifest">A manifest of this form.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">The manifest is broken or breaks a rule of the form; nothing is mended silently.</exception>
    public abstract Secret Read(Manifest manifest);

    /// <summary>Writes a secret.</summary>
    /// <param name="secret">The secret; it must live until the manifest is written, for the manifest refers to its bytes.</param>
    /// <param name="target">Where it shall stand.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>: the form has no place for something that the secret has.</exception>
    public abstract Manifest Write(Secret secret, FormatTarget target);

    /// <summary>Writes a resource that stands beside secrets of this form, so that both can be applied in one stream.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="target">Where it shall stand.</param>
    /// <returns>The resource; in general as it is, if it is of Kubernetes.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>: it would have to be converted, and nothing here knows how.</exception>
    public virtual Manifest WriteResource(Manifest resource, FormatTarget target) =>
        !resource.IsUniversal && target == FormatTarget.Default
            ? resource
            : throw FormatErrors.CannotCarry(Name, resource, target == FormatTarget.Default ? "the kind" : "another scope", "Resources of Kuma are converted by the forms KumaKubernetes and KumaUniversal; others stay as they are.");
}
