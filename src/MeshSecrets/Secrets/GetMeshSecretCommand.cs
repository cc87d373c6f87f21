using System.Collections;
using System.Collections.Immutable;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Security;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Lists secrets without their values, or gives the values to those who ask for them.</summary>
[Cmdlet(VerbsCommon.Get, "MeshSecret", DefaultParameterSetName = CurrentSet)]
[OutputType(typeof(MeshSecret), typeof(MeshTlsKey), typeof(string), typeof(byte[]), typeof(SecureString), typeof(OrderedDictionary))]
public sealed class GetMeshSecretCommand : SecretSearchCommand
{
    private const string CurrentSet = "Current";
    private const string VersionSet = "Version";
    private const string AllVersionsSet = "AllVersions";
    private const int RevealCount = 64;

    private readonly List<MeshSecret> _toReveal = [];

    /// <summary>Names; wildcards are permitted. Without it, all secrets.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only those with these labels; the value <c>*</c> asks only that the label is there.</summary>
    [Parameter(ParameterSetName = CurrentSet)]
    public IDictionary? Label { get; set; }

    /// <summary>Only those of these types.</summary>
    [Parameter(ParameterSetName = CurrentSet)]
    [ArgumentCompleter(typeof(SecretTypeCompleter))]
    public string[]? Type { get; set; }

    /// <summary>Only those whose certificate expires within this time, or has expired: <c>30d</c>, <c>12h</c>.</summary>
    [Parameter(ParameterSetName = CurrentSet)]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? ExpiresWithin { get; set; }

    /// <summary>This version instead of the current one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = VersionSet)]
    public long Version { get; set; }

    /// <summary>All kept versions, newest first, those of a removed secret included.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AllVersionsSet)]
    public SwitchParameter AllVersions { get; set; }

    /// <summary>Gives the value as text: bare if there is one, in a dictionary if there are several. The audit trail notes it.</summary>
    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Gives the value as bytes. The audit trail notes it.</summary>
    [Parameter]
    public SwitchParameter AsByteArray { get; set; }

    /// <summary>Gives the value as a SecureString. The audit trail notes it.</summary>
    [Parameter]
    public SwitchParameter AsSecureString { get; set; }

    /// <summary>Gives only the value of this data key.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DataKeyCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Key { get; set; }

    private PlainForm Form => (AsByteArray.IsPresent, AsSecureString.IsPresent, AsPlainText.IsPresent) switch
    {
        (true, _, _) => PlainForm.Bytes,
        (_, true, _) => PlainForm.SecureText,
        (_, _, true) => PlainForm.Text,
        _ => PlainForm.None,
    };

    private SecretQuery? Filter => Label is null && Type is null && ExpiresWithin is null ? null : new SecretQuery
    {
        Labels = Labels.From(Label).ToImmutableDictionary(),
        Types = [.. Type ?? []],
        ExpiresBefore = ExpiresWithin is { } span ? Time.GetUtcNow() + span : null,
    };

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (AsByteArray && AsSecureString)
        {
            throw SecretInputErrors.FormAmbiguous();
        }

        if (Key is not null && Form == PlainForm.None)
        {
            throw SecretInputErrors.KeyWithoutReveal();
        }
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore? store = FindStore();
        foreach (string name in Name)
        {
            Guard(name, () =>
            {
                foreach (MeshSecret secret in ParameterSetName == CurrentSet ? Find(store, name, usualScope: false, Filter) : FindVersions(store, name))
                {
                    Give(secret);
                }
            });
        }

        Reveal();
    }

    private IEnumerable<MeshSecret> FindVersions(MeshStore? store, string name)
    {
        if (store is null)
        {
            throw NotFound(name, usualScope: false);
        }

        IVersionedStore versioned = store.Require<IVersionedStore>("keeps no earlier versions");
        SecretId[] ids = [.. Search(store, name, usualScope: false).Select(secret => secret.Metadata.Id)];
        if (ids.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            // A removed secret is in no listing, but its versions may be kept.
            ids = [ToId(name)];
        }

        foreach (SecretId id in ids)
        {
            IReadOnlyList<SecretMetadata> kept = Run(ct => versioned.ListVersionsAsync(id, ct));
            SecretMetadata[] wanted = [.. kept.Where(metadata => AllVersions || metadata.Version == Version)];
            if (wanted.Length == 0)
            {
                throw kept.Count == 0 ? NotFound(name, usualScope: true) : SecretInputErrors.VersionNotFound(id, Version, kept.Select(metadata => metadata.Version));
            }

            foreach (SecretMetadata metadata in wanted)
            {
                yield return MeshSecret.From(metadata, store);
            }
        }
    }

    private void Give(MeshSecret secret)
    {
        if (Form == PlainForm.None)
        {
            WriteObject(secret);
            return;
        }

        _toReveal.Add(secret);
        if (_toReveal.Count == RevealCount)
        {
            Reveal();
        }
    }

    /// <summary>Reads what was chosen, has it noted, and only then gives it.</summary>
    private void Reveal()
    {
        MeshSecret[] chosen = [.. _toReveal];
        _toReveal.Clear();
        List<Secret> secrets = new(chosen.Length);
        try
        {
            Run(ct => ReadAsync(chosen, secrets, ct));
            foreach (Secret secret in secrets)
            {
                Guard(secret.Id, () => WriteObject(Form.Of(secret, Key)));
            }
        }
        finally
        {
            secrets.ForEach(secret => secret.Dispose());
        }
    }

    private async Task ReadAsync(MeshSecret[] chosen, List<Secret> secrets, CancellationToken cancellationToken)
    {
        bool versions = ParameterSetName != CurrentSet;
        foreach (MeshSecret each in chosen)
        {
            SecretId id = each.Metadata.Id;
            Secret? secret = versions && each.Store.Engine is IVersionedStore versioned
                ? await versioned.GetVersionAsync(id, each.Version, cancellationToken).ConfigureAwait(false)
                : await each.Store.Engine.GetAsync(id, cancellationToken).ConfigureAwait(false);
            secrets.Add(secret ?? throw NotFound(id.Name, usualScope: false));
        }

        if (chosen.Length > 0)
        {
            await chosen[0].Store.Engine.NoteAccessAsync([.. secrets.Select(secret => secret.Id)], "reveal", cancellationToken).ConfigureAwait(false);
        }
    }
}
