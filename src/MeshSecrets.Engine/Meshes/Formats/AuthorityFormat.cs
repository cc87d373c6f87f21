namespace MeshSecrets.Meshes.Formats;

/// <summary>A form in which a mesh takes a certificate authority or a trust bundle: one or several objects of fixed shape.</summary>
public abstract class AuthorityFormat
{
    /// <summary>The name by which users choose it: <c>IstioCacerts</c>, <c>OsmCaBundle</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>Whether the authority's private key belongs into it.</summary>
    public abstract bool HoldsPrivateKey { get; }

    /// <summary>Whether it fits secrets of other uses as well, so that not everything of this form is an authority.</summary>
    public virtual bool IsGeneral => false;

    /// <summary>The parts of what was read that may each hold one authority of this form: each secret by itself, unless the form needs several objects.</summary>
    /// <param name="objects">What was read.</param>
    /// <returns>The parts; they own nothing.</returns>
    public virtual IEnumerable<MeshObjects> Split(MeshObjects objects) => objects.Secrets.Select(secret => new MeshObjects([secret], []));

    /// <summary>Finds an authority of this form.</summary>
    /// <param name="objects">What was read; it stays the caller's.</param>
    /// <returns>The authority, to be disposed by the caller, or <see langword="null"/> if none of this form is there.</returns>
    /// <exception cref="MeshException">One is there, but broken or incomplete; several are there and none is named.</exception>
    public abstract AuthorityMaterial? TryRead(MeshObjects objects);

    /// <summary>Writes an authority.</summary>
    /// <param name="authority">The authority; it stays the caller's.</param>
    /// <param name="target">Where it shall stand.</param>
    /// <param name="time">The present moment, for what the form derives from it.</param>
    /// <returns>The objects, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>FormatNeedsPrivateKey</c>; <c>FormatCannotCarry</c>: the form has no place for something that the authority has.</exception>
    public abstract MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time);
}
