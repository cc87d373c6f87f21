using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>What one watch is of, and how the store reads it.</summary>
/// <param name="Path">The path of the secrets.</param>
/// <param name="Selection">What the server selects by, as further parameters.</param>
/// <param name="Target">What it is about, for messages.</param>
/// <param name="Place">The same in words.</param>
/// <param name="ReadPage">Reads a page of the listing; from the start without a token.</param>
/// <param name="Describe">Tells what an object is, by its metadata if they suffice; <see langword="null"/> if it does not match the query.</param>
/// <param name="DescribeGone">Tells what an object was that is gone, by its metadata alone.</param>
/// <param name="PendingWriteId">The write of a secret that this store created and has yet to hand over to applied writes.</param>
internal sealed record WatchScope(
    string Path,
    string Selection,
    ApiTarget Target,
    string Place,
    Func<string?, CancellationToken, Task<SecretPage>> ReadPage,
    Func<ObjectMeta, string, CancellationToken, ValueTask<SecretMetadata?>> Describe,
    Func<ObjectMeta, string, SecretMetadata> DescribeGone,
    Func<ObjectMeta, string?> PendingWriteId);
