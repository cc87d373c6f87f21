using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that tell of changes in a store until they are stopped.</summary>
public abstract class WatchCommand : SecretSearchCommand
{
    /// <summary>Names; wildcards are permitted. Without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only those with these labels; the value <c>*</c> asks only that the label is there. What comes to have them counts as new, what loses them as removed.</summary>
    [Parameter]
    public IDictionary? Label { get; set; }

    /// <summary>Only those of these types.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SecretTypeCompleter))]
    public string[]? Type { get; set; }

    /// <summary>Tells first what is there already, with the event type <c>Present</c>.</summary>
    [Parameter]
    public SwitchParameter IncludePresent { get; set; }

    /// <summary>Ends after so many events.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxEvents { get; set; }

    /// <summary>Ends after this time: <c>10m</c>, <c>8h</c>. Without it, only a stop ends the watch.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? Timeout { get; set; }

    /// <summary>The events of a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="query">Which secrets.</param>
    /// <param name="matches">What of them the query cannot say.</param>
    /// <param name="output">Told of breaks.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>What is written.</returns>
    private protected abstract IAsyncEnumerable<object> WatchAsync(
        MeshStore store, SecretQuery query, Func<SecretId, bool> matches, PipelineOutput output, CancellationToken cancellationToken);

    /// <summary>The store's ability.</summary>
    private protected static IWatchableStore Watchable(MeshStore store) => store.Require<IWatchableStore>("does not tell of changes as they happen");

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore store = RequireStore(Store);
        _ = Watchable(store);
        (SecretQuery query, Func<SecretId, bool> matches) = ToWatch();
        Run((output, ct) => TellAsync(store, query, matches, output, ct));
    }

    private async Task TellAsync(MeshStore store, SecretQuery query, Func<SecretId, bool> matches, PipelineOutput output, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = new(Timeout is { } span && span < s_longest ? span : System.Threading.Timeout.InfiniteTimeSpan, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        int left = MaxEvents ?? int.MaxValue;
        try
        {
            await foreach (object told in WatchAsync(store, query, matches, output, either.Token).ConfigureAwait(false))
            {
                output.WriteObject(told);
                if (MaxEvents is not null && --left == 0)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The time is over, which is how the watch was to end.
        }
    }

    // What no timer can wait for is as good as for ever.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(49);

    /// <summary>One query for all names, and what of them the engine does not know.</summary>
    private (SecretQuery Query, Func<SecretId, bool> Matches) ToWatch()
    {
        (SecretQuery Query, Func<SecretMetadata, bool> Matches)[] searches = [.. Name.Select(name => ToSearch(name, usualScope: false))];
        bool exact = searches.All(search => search.Query.Names.Length > 0);
        SecretQuery query = searches[0].Query with
        {
            Names = exact ? [.. searches.SelectMany(search => search.Query.Names)] : [],
            Labels = Labels.From(Label).ToImmutableDictionary(),
            Types = [.. Type ?? []],
        };
        return (query, exact
            ? _ => true
            : id => searches.Any(search => search.Query.Matches(id) && search.Matches(new SecretMetadata { Id = id, Type = SecretType.Opaque })));
    }
}
