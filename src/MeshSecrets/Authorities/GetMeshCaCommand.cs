using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Lists certificate authorities.</summary>
[Cmdlet(VerbsCommon.Get, "MeshCa")]
[OutputType(typeof(MeshCa))]
public sealed class GetMeshCaCommand : ScopedCommand
{
    /// <summary>Names, with wildcards; without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AuthorityCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>Labels that it must have; <c>*</c> as a value asks only that the label is there.</summary>
    [Parameter]
    public System.Collections.IDictionary? Label { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore store = ResolveStore();
        SecretQuery query = ToQuery(Name, usualScope: false) with
        {
            Types = [SecretType.CertificateAuthority],
            Labels = System.Collections.Immutable.ImmutableDictionary.CreateRange(Labels.From(Label)),
        };
        HashSet<string> found = [];
        foreach (SecretMetadata metadata in Stream(ct => store.Engine.ListAsync(query, ct)))
        {
            found.Add(metadata.Id.Name);
            Guard(metadata.Id, () => WriteObject(MeshCas.Read(metadata, store, work => Run(work))));
        }

        foreach (string missing in MissingNames(Name, found))
        {
            WriteError(AuthorityErrors.NotFound(missing), missing);
        }
    }
}
