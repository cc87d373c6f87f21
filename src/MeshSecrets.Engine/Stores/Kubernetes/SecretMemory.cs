using System.Collections.Concurrent;
using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>What was read of secrets and need not be read again while their resource version stays. Never a value.</summary>
internal sealed class SecretMemory
{
    // Enough for a rotation that reads a batch and writes it; and for the secrets of a large cluster.
    private const int MaxStates = 4096;
    private const int MaxContents = 200_000;

    private readonly ConcurrentDictionary<SecretId, SecretState> _states = new();
    private readonly ConcurrentDictionary<string, SecretContent> _contents = new(StringComparer.Ordinal);

    internal void Note(SecretId id, SecretState state)
    {
        if (_states.Count >= MaxStates)
        {
            _states.Clear();
        }

        _states[id] = state;
    }

    /// <summary>The state of a secret if it was last read at this version.</summary>
    internal SecretState? Find(SecretId id, string resourceVersion) =>
        _states.TryGetValue(id, out SecretState? state) && state.ResourceVersion == resourceVersion ? state : null;

    internal void Note(string uid, SecretContent content)
    {
        if (_contents.Count >= MaxContents)
        {
            _contents.Clear();
        }

        _contents[uid] = content;
    }

    /// <summary>What was read of a secret's values at this version.</summary>
    internal SecretContent? Find(string? uid, string? resourceVersion) =>
        uid is not null && _contents.TryGetValue(uid, out SecretContent? content) && content.ResourceVersion == resourceVersion ? content : null;
}

/// <summary>What a secret's values are, without them.</summary>
/// <param name="ResourceVersion">At which version.</param>
/// <param name="Certificate">Its certificate, if it has one that can be read.</param>
/// <param name="DataKeys">The names of its values.</param>
/// <param name="IsImmutable">Whether they are known never to change.</param>
internal sealed record SecretContent(string ResourceVersion, CertificateSummary? Certificate, ImmutableArray<string> DataKeys, bool IsImmutable = false);
