using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Lists certificate authorities.</summary>
[Cmdlet(VerbsCommon.Get, "MeshCa")]
[OutputType(typeof(MeshCa))]
public sealed class GetMeshCaCommand : SecretSearchCommand
{
    /// <summary>Names, with wildcards; without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AuthorityCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Labels that it must have; <c>*</c> as a value asks only that the label is there.</summary>
    [Parameter]
    public IDictionary? Label { get; set; }

    private protected override string? OnlyType => SecretType.CertificateAuthority;

    private protected override string Noun => "authority";

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore? store = FindStore();
        SecretQuery filter = new() { Labels = ImmutableDictionary.CreateRange(Labels.From(Label)) };
        foreach (string name in Name)
        {
            Guard(name, () =>
            {
                foreach (MeshSecret found in Find(store, name, usualScope: false, filter))
                {
                    Guard(found.Metadata.Id, () => WriteObject(MeshCas.Read(found, work => Run(work))));
                }
            });
        }
    }
}
