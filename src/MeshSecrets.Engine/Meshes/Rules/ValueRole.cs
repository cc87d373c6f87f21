namespace MeshSecrets.Meshes.Rules;

/// <summary>What a value of a secret is for.</summary>
internal enum ValueRole
{
    /// <summary>The certificate that the secret is about, then those above it.</summary>
    Chain,

    /// <summary>What is trusted.</summary>
    Roots,

    /// <summary>The private key.</summary>
    Key,

    /// <summary>Revocation lists.</summary>
    Crls,

    /// <summary>Whatever it holds, if it holds material at all.</summary>
    Any,

    /// <summary>As <see cref="Any"/>, but certificates that are all self-issued are what is trusted.</summary>
    AnyOrRoots,
}
