using System.Collections;
using System.Management.Automation;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes.Gloo;
using MeshSecrets.Meshes.Gloo.Relay;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Makes the secrets by which Gloo Mesh's management plane and the agents of its clusters know each other.</summary>
[Cmdlet(VerbsCommon.New, "MeshRelaySecret", SupportsShouldProcess = true)]
[OutputType(typeof(MeshSecret), typeof(MeshTlsKey))]
public sealed class NewMeshRelaySecretCommand : StoreCommand
{
    private readonly List<string> _clusters = [];
    private int _keyAlgorithm = (int)KeyAlgorithm.Rsa2048; // Not the enum itself: PowerShell loads this type before the engine can be found.

    /// <summary>The registered names of the clusters whose agents get a certificate.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Cluster { get; set; } = [];

    /// <summary>The authority that issues all of them: its name, its identity, or what Get-MeshCa gives. It must allow an authority below it.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(AuthorityCompleter))]
    [ValidateNotNullOrEmpty]
    public string Issuer { get; set; } = "";

    /// <summary>The namespace of Gloo Mesh.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = RelaySecretName.Namespace;

    /// <summary>Further DNS names of the management plane, as agents in other clusters reach it.</summary>
    [Parameter]
    public string[] ServerDnsName { get; set; } = [];

    /// <summary>The generation of Gloo Mesh, which gives the management plane its name: <c>v2</c> unless <c>v1</c> is said.</summary>
    [Parameter]
    [ValidateSet("v1", "v2")]
    public string ApiGeneration { get; set; } = "v2";

    /// <summary>How long the certificates of server and agents are to be valid; a year if not given.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan ValidFor { get; set; } = TimeSpan.FromDays(365);

    /// <summary>The kind of their keys: RSA of 2048 bits unless another is said.</summary>
    [Parameter]
    public KeyAlgorithm KeyAlgorithm
    {
        get => (KeyAlgorithm)_keyAlgorithm;
        set => _keyAlgorithm = (int)value;
    }

    /// <summary>Labels of all of them, as <c>@{ team = 'platform' }</c>.</summary>
    [Parameter]
    public IDictionary? Label { get; set; }

    /// <summary>Make the secrets of the clusters only, for a management plane that has its own; its token is copied.</summary>
    [Parameter]
    public SwitchParameter AgentOnly { get; set; }

    /// <summary>Replace what is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <inheritdoc/>
    protected override void Process() => _clusters.AddRange(Cluster);

    /// <inheritdoc/>
    protected override void End()
    {
        RelayOrder order = new()
        {
            Clusters = [.. _clusters.Distinct()],
            Namespace = Namespace,
            IsFirstGeneration = ApiGeneration.Equals("v1", StringComparison.OrdinalIgnoreCase),
            ServerDnsNames = [.. ServerDnsName],
            ValidFor = ValidFor,
            KeyAlgorithm = KeyAlgorithm,
            AgentsOnly = AgentOnly,
            Labels = Labels.From(Label),
        };
        SecretId[] planned = [.. RelayIssuance.Plan(order)];
        MeshStore store = FindStore() ?? throw AuthorityErrors.IssuerNotFound(Issuer);
        if (!Force)
        {
            EnsureNew(store, planned);
        }

        if (ShouldProcess(string.Join(", ", planned.AsEnumerable()), $"Make the relay secrets by {Issuer}"))
        {
            foreach (SecretMetadata made in Run(ct => MakeAsync(order, store, ct)))
            {
                WriteObject(MeshSecret.From(made, store));
            }
        }
    }

    /// <summary>All or none, so what is there is looked for beforehand.</summary>
    private void EnsureNew(MeshStore store, SecretId[] planned)
    {
        SecretQuery query = new() { Names = [.. planned.Select(id => id.Name)], Namespace = Namespace };
        SecretId[] existing = [.. Stream(ct => store.Engine.ListAsync(query, ct)).Select(found => found.Id).Intersect(planned)];
        if (existing.Length > 0)
        {
            throw GlooErrors.RelaySecretsExist(existing);
        }
    }

    private async Task<IReadOnlyList<SecretMetadata>> MakeAsync(RelayOrder order, MeshStore store, CancellationToken cancellationToken)
    {
        using IssuerDirectory issuers = new(store.Engine, Time);
        CertificateAuthority authority = await issuers.FindAuthorityAsync(Issuer, mesh: null, order.Namespace, cancellationToken).ConfigureAwait(false);
        return await RelaySecretSet.CreateAsync(order, authority, WriterOf(store), Force, cancellationToken).ConfigureAwait(false);
    }
}
