using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that remove secrets of some kind.</summary>
public abstract class SecretRemovalCommand : ScopedCommand
{
    /// <summary>Only if this is still the current resource version, as it comes from a Get cmdlet.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ResourceVersion { get; set; }

    /// <summary>Remove all kept versions, too, and erase their bytes; then nothing can be restored.</summary>
    [Parameter]
    public SwitchParameter Purge { get; set; }

    /// <summary>The only type that is removed, or <see langword="null"/> for any.</summary>
    private protected virtual string? OnlyType => null;

    /// <summary>What such a secret is called in questions to the user.</summary>
    private protected abstract string Noun { get; }

    /// <summary>Says why one is not to be removed, or <see langword="null"/>.</summary>
    private protected virtual MeshException? Objection(MeshStore store, SecretMetadata secret) => null;

    /// <summary>Removes what names and scope mean.</summary>
    private protected void Remove(string[] names)
    {
        MeshStore store = ResolveStore();
        SecretQuery query = ToQuery(names, usualScope: true) with { Types = OnlyType is null ? [] : [OnlyType] };
        List<SecretMetadata> found = [.. Stream(ct => store.Engine.ListAsync(query, ct))];
        List<SecretId> purged = [];
        foreach (SecretMetadata secret in found)
        {
            Guard(secret.Id, () =>
            {
                if (Objection(store, secret) is { } objection)
                {
                    throw objection;
                }

                if (ShouldProcess(secret.Id.ToString(), Purge ? $"Remove the {Noun} and all its versions" : $"Remove the {Noun}"))
                {
                    Run(ct => store.Engine.DeleteAsync(secret.Id, string.IsNullOrEmpty(ResourceVersion) ? null : ResourceVersion, ct));
                    purged.Add(secret.Id);
                }
            });
        }

        if (Purge && purged.Count > 0 && store.Engine is IVersionedStore versions)
        {
            Run(ct => versions.PurgeAsync(purged, ct));
        }

        foreach (string missing in MissingNames(names, [.. found.Select(secret => secret.Id.Name)]))
        {
            WriteError(SecretCommandErrors.NotFound(Noun, ToId(missing)), missing);
        }
    }
}
