using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Reads what is shown of an authority; of its data only the certificates, never the key.</summary>
internal static class MeshCas
{
    internal static MeshCa Read(MeshSecret found, Func<Func<CancellationToken, Task<Secret>>, Secret> run)
    {
        using Secret secret = run(ct => found.Store.Engine.GetRequiredAsync(found.Metadata.Id, ct));
        ImmutableArray<CertificateInfo> above = TlsKeySecret.ReadRoots(secret);
        return new MeshCa(secret.Metadata, found.Store, TlsKeySecret.ReadChain(secret)[0], isRoot: above.IsEmpty);
    }
}
