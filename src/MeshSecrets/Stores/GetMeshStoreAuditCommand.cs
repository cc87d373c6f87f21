using System.Management.Automation;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Reads the audit trail of a store, oldest first, and proves each line.</summary>
[Cmdlet(VerbsCommon.Get, "MeshStoreAudit")]
[OutputType(typeof(MeshStoreAuditEntry))]
public sealed class GetMeshStoreAuditCommand : WholeStoreCommand
{
    /// <summary>Only lines about secrets of these names; wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Only these actions: <c>create</c>, <c>update</c>, <c>remove</c>, <c>reveal</c>, … Wildcards are permitted.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? Action { get; set; }

    /// <summary>Only lines from this moment on; local time unless it says otherwise.</summary>
    [Parameter]
    public DateTime? After { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore store = RequireStore();
        IAuditedStore audited = store.Require<IAuditedStore>("keeps no audit trail");
        WildcardPattern[]? names = ToPatterns(Name);
        WildcardPattern[]? actions = ToPatterns(Action);
        DateTime after = After?.ToUniversalTime() ?? DateTime.MinValue;
        foreach (AuditEntry entry in Stream(audited.ReadAuditAsync))
        {
            if (entry.Time.UtcDateTime >= after && Matches(names, entry.Id?.Name) && Matches(actions, entry.Action))
            {
                WriteObject(new MeshStoreAuditEntry(entry, store));
            }
        }
    }

    private static WildcardPattern[]? ToPatterns(string[]? texts) =>
        texts is null ? null : Array.ConvertAll(texts, text => new WildcardPattern(text, WildcardOptions.IgnoreCase));

    private static bool Matches(WildcardPattern[]? patterns, string? value) =>
        patterns is null || (value is not null && Array.Exists(patterns, pattern => pattern.IsMatch(value)));
}
