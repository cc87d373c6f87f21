namespace MeshSecrets.Meshes.Dependencies;

/// <summary>What follows for those who use a certificate or key, whatever the mesh.</summary>
internal static class DependencyEffects
{
    internal const string RecordedIssuer = "It is renewed by this authority, and by nobody once the authority is gone.";
    internal const string SignedBy = "Its chain ends at nothing where this authority is no longer trusted.";
    internal const string TrustsIt = "It accepts what this certificate vouches for, and no more once the certificate is taken out of it.";
    internal const string TrustsRoot = "It accepts what this authority issues, since the authority's root stands in it.";
    internal const string InChain = "It shows this certificate to peers: a new one must be put there, too.";
    internal const string SharedKey = "One key in two places: whoever has it has both, and changing one leaves the other.";
    internal const string Copy = "A copy, which is neither renewed nor removed with this one.";
}
