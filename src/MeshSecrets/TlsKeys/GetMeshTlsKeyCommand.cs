using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Lists TLS keys, as they are read, without touching a private key.</summary>
[Cmdlet(VerbsCommon.Get, "MeshTlsKey")]
[OutputType(typeof(MeshTlsKey))]
public sealed class GetMeshTlsKeyCommand : ScopedCommand
{
    /// <summary>Names, with wildcards; without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TlsKeyCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>Labels that it must have; <c>*</c> as a value asks only that the label is there.</summary>
    [Parameter]
    public IDictionary? Label { get; set; }

    /// <summary>Only those that expire within this time, or have expired: <c>30d</c>, <c>12h</c>.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? ExpiresWithin { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore store = ResolveStore();
        SecretQuery query = ToQuery(Name, usualScope: false) with
        {
            Types = [SecretType.Tls],
            Labels = ImmutableDictionary.CreateRange(Labels.From(Label)),
            ExpiresBefore = Time.GetUtcNow() + ExpiresWithin,
        };
        bool namesAnyExactly = MissingNames(Name, []).Any();
        HashSet<string> found = [];
        foreach (SecretMetadata metadata in Stream(ct => store.Engine.ListAsync(query, ct)))
        {
            if (namesAnyExactly)
            {
                found.Add(metadata.Id.Name);
            }

            if (metadata.Certificate is null)
            {
                WriteWarning($"{metadata.Id} has the type {SecretType.Tls}, but no certificate was read from it when it was written. See Get-MeshSecret and Get-MeshCertificate.");
                continue;
            }

            WriteObject(new MeshTlsKey(metadata, store));
        }

        foreach (string missing in MissingNames(Name, found))
        {
            WriteError(TlsKeyErrors.NotFound(missing), missing);
        }
    }
}
