using System.Management.Automation;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Makes a certificate authority: a root, or one below another.</summary>
[Cmdlet(VerbsCommon.New, "MeshCa", SupportsShouldProcess = true)]
[OutputType(typeof(MeshCa))]
public sealed class NewMeshCaCommand : AuthorityCommand
{
    private int _keyAlgorithm; // Not the enum itself: PowerShell loads this type before the engine can be found.

    /// <summary>The authority above it; without one, a root is made.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AuthorityCompleter))]
    [AllowNull]
    [AllowEmptyString]
    public string? Issuer { get; set; }

    /// <summary>The subject, as <c>CN=Mesh CA,O=Example</c>; usually the name as common name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Subject { get; set; }

    /// <summary>The trust domain that it serves, put into its certificate as <c>spiffe://trust-domain</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? TrustDomain { get; set; }

    /// <summary>The kind of key: P256 unless a mesh or peer demands another.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public KeyAlgorithm KeyAlgorithm
    {
        get => (KeyAlgorithm)_keyAlgorithm;
        set => _keyAlgorithm = (int)value;
    }

    /// <summary>How long it is to be valid; ten years as a root, five below another.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? ValidFor { get; set; }

    /// <summary>How many authorities may follow below it; usually no limit for a root, none below another.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, 9)]
    public int? PathLength { get; set; }

    /// <summary>Refuse, rather than shorten, a life beyond the one of the authority above.</summary>
    [Parameter]
    public SwitchParameter RefuseShorterLife { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        SecretId id = ToId(Name);
        AuthorityOptions options = new()
        {
            Subject = DistinguishedName.Parse(string.IsNullOrEmpty(Subject) ? $"CN={Name}" : Subject),
            Names = string.IsNullOrEmpty(TrustDomain)
                ? SubjectAlternativeNames.None
                : SubjectAlternativeNames.Create(uris: [SpiffeId.Parse($"spiffe://{TrustDomain}").Value]),
            ValidFor = ValidFor,
            PathLength = PathLength,
            Policy = ToPolicy(),
            RefuseShorterLife = RefuseShorterLife,
        };
        bool isRoot = string.IsNullOrEmpty(Issuer);
        if (!ShouldProcess(id.ToString(), isRoot ? "Make a root authority" : $"Make an authority below {Issuer}"))
        {
            return;
        }

        MeshStore store = ResolveStore();
        WarnOfUse(store, id);
        MeshCa made = Run(ct => MakeAsync(id, options, KeyAlgorithm, store, Labels.From(Label), ct));
        if (ValidFor is { } asked && made.NotAfter - made.NotBefore < asked)
        {
            WriteWarning($"{made} is valid only until {made.NotAfter:u}, when {made.Issuer} ends. Renew the authority above, or ask for less with -ValidFor.");
        }

        WriteObject(made);
    }

    private async Task<MeshCa> MakeAsync(
        SecretId id,
        AuthorityOptions options,
        KeyAlgorithm algorithm,
        MeshStore store,
        System.Collections.Immutable.ImmutableSortedDictionary<string, string> labels,
        CancellationToken cancellationToken)
    {
        using IssuerDirectory issuers = new(store.Engine, Time);
        CertificateAuthority? above = string.IsNullOrEmpty(Issuer)
            ? null
            : await issuers.FindAuthorityAsync(Issuer, id.Mesh, id.Namespace, cancellationToken).ConfigureAwait(false);
        PrivateKey key = PrivateKey.Generate(algorithm);
        using CertificateAuthority authority = above is null
            ? CertificateAuthority.CreateRoot(id.ToString(), options, key, Time)
            : above.CreateIntermediate(id.ToString(), options, key);
        using Secret secret = AuthoritySecret.Create(id, authority, labels, above?.Reference);
        SecretMetadata stored = await WriterOf(store).PutAsync(new SecretWrite(secret, Force ? WriteMode.CreateOrUpdate : WriteMode.Create), cancellationToken).ConfigureAwait(false);
        return new MeshCa(stored, store, authority.Certificate, authority.IsRoot);
    }
}
