using System.Collections.Immutable;
using System.Management.Automation;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that judge by rules before anything is applied.</summary>
public abstract class RuleCommand : SecretSearchCommand
{
    private readonly SortedDictionary<string, int> _unknown = new(StringComparer.Ordinal);
    private RuleJudge? _judge;
    private bool _isSound = true;
    private bool _isAnythingJudged;
    private bool _hasFailed;

    /// <summary>The rule sets; without it, those that fit what is judged.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RuleSetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? For { get; set; }

    /// <summary>The hosts that are to be served with it.</summary>
    [Parameter]
    [Alias("DnsName")]
    public string[] Hostname { get; set; } = [];

    /// <summary>The trust domain of the mesh.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TrustDomain { get; set; }

    /// <summary>The clusters that are registered (Gloo Mesh).</summary>
    [Parameter]
    public string[] Cluster { get; set; } = [];

    /// <summary>How long before its end a certificate is near it: <c>30d</c>. Without it, the last fifth of its life, at most 30 days.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? Within { get; set; }

    /// <summary>The moment for which it is judged; without it, now.</summary>
    [Parameter]
    public DateTime? At { get; set; }

    /// <summary>Leaves out findings that matter less: <c>Advice</c>, <c>Warning</c>, <c>Error</c>.</summary>
    [Parameter]
    [ValidateSet(nameof(RuleSeverity.Advice), nameof(RuleSeverity.Warning), nameof(RuleSeverity.Error))]
    public string? MinimumSeverity { get; set; }

    /// <summary>Gives only whether nothing is found that is an error, or of -MinimumSeverity.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>What is known of the surroundings of all that is judged.</summary>
    private protected RuleContext Context => new()
    {
        Now = At is { } moment ? new DateTimeOffset(moment) : Time.GetUtcNow(),
        Mesh = NullIfEmpty(Mesh),
        TrustDomain = TrustDomain,
        Hosts = [.. Hostname],
        Clusters = [.. Cluster],
        Within = Within,
    };

    /// <summary>Whether the answer is known before all is read.</summary>
    private protected bool IsAnswered => StopToken.IsCancellationRequested || (Quiet && !_isSound);

    /// <inheritdoc/>
    protected override void Begin() => _judge = new RuleJudge([.. (For ?? []).Select(MeshDialects.FindRuleSet)]);

    /// <summary>What was to be judged and where it was looked for, for the message that there is nothing.</summary>
    private protected abstract string Sought { get; }

    /// <inheritdoc/>
    protected override void End()
    {
        string unknown = string.Join(", ", _unknown.Select(kind => $"{kind.Value} of the kind {kind.Key}"));
        if (!_isAnythingJudged && !_hasFailed)
        {
            // Nothing found in nothing must not pass for sound: a pipeline that broke before would.
            Guard(target: null, () => throw RuleCommandErrors.NothingJudged(Sought, unknown));
        }
        else if (unknown.Length > 0)
        {
            WriteWarning($"Not judged, since no rule is about them: {unknown}.");
        }

        if (Quiet)
        {
            WriteObject(_isSound);
        }
    }

    /// <summary>Called before an error is written: what could not be judged is not known to be sound.</summary>
    private protected override void FinishPending()
    {
        _isSound = false;
        _hasFailed = true;
    }

    /// <summary>Judges a subject and writes what was found.</summary>
    private protected void Judge(RuleSubject subject, string? path)
    {
        RuleSeverity least = MinimumSeverity is null
            ? Quiet ? RuleSeverity.Error : RuleSeverity.Advice
            : Enum.Parse<RuleSeverity>(MinimumSeverity, ignoreCase: true);
        ImmutableArray<RuleFinding> findings = _judge!.Judge(subject);
        if (findings.IsEmpty && _judge.IsUnknown(subject))
        {
            string kind = subject.Resource!.Kind is { Length: > 0 } name ? name : "(none)";
            _unknown[kind] = _unknown.GetValueOrDefault(kind) + 1;
            return;
        }

        _isAnythingJudged = true;
        WriteVerbose($"{subject.Target} is judged by {string.Join(", ", _judge.SetsFor(subject).Select(set => set.Name))}: {findings.Length} findings.");
        foreach (RuleFinding finding in findings.Where(finding => finding.Severity >= least))
        {
            _isSound = false;
            if (!Quiet)
            {
                WriteObject(new MeshFinding(finding, subject, path));
            }
        }
    }
}
