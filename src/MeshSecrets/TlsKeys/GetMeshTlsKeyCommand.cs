using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Lists TLS keys, as they are read, without touching a private key.</summary>
[Cmdlet(VerbsCommon.Get, "MeshTlsKey")]
[OutputType(typeof(MeshTlsKey))]
public sealed class GetMeshTlsKeyCommand : SecretSearchCommand
{
    /// <summary>Names, with wildcards; without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TlsKeyCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Labels that it must have; <c>*</c> as a value asks only that the label is there.</summary>
    [Parameter]
    public IDictionary? Label { get; set; }

    /// <summary>Only those that expire within this time, or have expired: <c>30d</c>, <c>12h</c>.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? ExpiresWithin { get; set; }

    private protected override string? OnlyType => SecretType.Tls;

    private protected override string Noun => "TLS key";

    /// <inheritdoc/>
    protected override void Process()
    {
        MeshStore? store = FindStore();
        SecretQuery filter = new()
        {
            Labels = ImmutableDictionary.CreateRange(Labels.From(Label)),
            ExpiresBefore = Time.GetUtcNow() + ExpiresWithin,
        };
        foreach (string name in Name)
        {
            Guard(name, () =>
            {
                foreach (MeshSecret secret in Find(store, name, usualScope: false, filter))
                {
                    Write(secret);
                }
            });
        }
    }

    private void Write(MeshSecret secret)
    {
        if (secret is MeshTlsKey)
        {
            WriteObject(secret);
        }
        else
        {
            WriteWarning($"{secret} has the type {SecretType.Tls}, but it holds no certificate that can be read. See Get-MeshSecret and Get-MeshCertificate.");
        }
    }
}
