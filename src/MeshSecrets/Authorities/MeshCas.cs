using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Reads what is shown of an authority; of its data only the certificates, never the key.</summary>
internal static class MeshCas
{
    internal static MeshCa Read(SecretMetadata metadata, MeshStore store, Func<Func<CancellationToken, Task<Secret>>, Secret> run)
    {
        using Secret secret = run(ct => store.Engine.GetRequiredAsync(metadata.Id, ct));
        ImmutableArray<CertificateInfo> above = TlsKeySecret.ReadRoots(secret);
        return new MeshCa(secret.Metadata, store, TlsKeySecret.ReadChain(secret)[0], isRoot: above.IsEmpty);
    }
}
