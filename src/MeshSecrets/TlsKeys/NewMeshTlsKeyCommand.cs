using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using System.Security;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Issuers;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Issues a TLS key, or takes over an existing certificate and key.</summary>
[Cmdlet(VerbsCommon.New, "MeshTlsKey", SupportsShouldProcess = true, DefaultParameterSetName = IssueSet)]
[OutputType(typeof(MeshTlsKey))]
public sealed class NewMeshTlsKeyCommand : IssuingCommand
{
    private readonly List<Job> _pending = new(TlsKeyBatch.Size);
    private long _firstPending;
    private int _keyAlgorithm; // Not the enum itself: PowerShell loads this type before the engine can be found.
    private WorkProgress? _progress;
    private bool _toldShortened;

    /// <summary>The name under which it is kept.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    /// <summary>The kind of key: P256 unless a mesh or peer demands another.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    public KeyAlgorithm KeyAlgorithm
    {
        get => (KeyAlgorithm)_keyAlgorithm;
        set => _keyAlgorithm = (int)value;
    }

    /// <summary>The file with the certificate, leaf first, then its intermediates (PEM or DER).</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = TlsKeyFiles.FileSet)]
    public string CertificatePath { get; set; } = "";

    /// <summary>The file with the private key (PEM or DER; PKCS#8, SEC 1 or PKCS#1; encrypted ones with -Password).</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = TlsKeyFiles.FileSet)]
    public string KeyPath { get; set; } = "";

    /// <summary>The file with what verifies the chain: a root, or several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = TlsKeyFiles.FileSet)]
    public string? CaPath { get; set; }

    /// <summary>The PKCS#12 file (.p12, .pfx) with certificate, key and chain.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = TlsKeyFiles.Pkcs12Set)]
    public string Pkcs12Path { get; set; } = "";

    /// <summary>The password of an encrypted key or a PKCS#12 file.</summary>
    [Parameter(ParameterSetName = TlsKeyFiles.FileSet)]
    [Parameter(ParameterSetName = TlsKeyFiles.Pkcs12Set)]
    [Passphrase]
    public SecureString? Password { get; set; }

    /// <summary>Labels, as <c>@{ team = 'shop' }</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public IDictionary? Label { get; set; }

    /// <summary>Overwrite a TLS key of that name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <inheritdoc/>
    protected override void Process()
    {
        SecretId id = ToId(Name);
        Job? job = ParameterSetName == IssueSet ? ToIssue(id) : ToImport(id);
        if (job is null)
        {
            return;
        }

        if (_pending.Count > 0 && _pending[0].Store != job.Store)
        {
            Flush();
        }

        _firstPending = _pending.Count == 0 ? Time.GetTimestamp() : _firstPending;
        _pending.Add(job);

        // A slow source (a person, a watch) sees each result soon; a fast one pays the barrier to the disk once for many.
        int size = KeyAlgorithm is KeyAlgorithm.P256 or KeyAlgorithm.P384 ? TlsKeyBatch.Size : TlsKeyBatch.SizeWithRsa;
        if (_pending.Count >= size || Time.GetElapsedTime(_firstPending) > TimeSpan.FromMilliseconds(250))
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        try
        {
            Flush();
        }
        finally
        {
            _progress?.Dispose();
        }
    }

    private protected override void FinishPending() => Flush();

    private Job? ToIssue(SecretId id)
    {
        MeshStore store = FindStore() ?? throw AuthorityErrors.IssuerNotFound(Issuer);
        SubjectAlternativeNames names = ToNames();
        TlsKeyOrder order = new()
        {
            Id = id,
            Subject = Subject is null ? null : DistinguishedName.Parse(Subject),
            Names = names,
            Profile = ToProfile(names.SpiffeId is not null),
            ValidFor = ValidFor,
            RefuseShorterLife = RefuseShorterLife,
            KeyAlgorithm = KeyAlgorithm,
            Labels = Labels.From(Label),
        };
        ICertificateIssuer issuer = ResolveIssuer(store, id.Mesh, id.Namespace);
        return ShouldProcess(id.ToString(), $"Issue a TLS key by {issuer.Reference.Name}")
            ? new Job(store, id, ct => TlsKeyIssuance.IssueAsync(order, issuer, ct))
            : null;
    }

    private Job? ToImport(SecretId id)
    {
        TlsKeyFiles files = new(FilePaths.LiteralExisting, Password);
        ImmutableSortedDictionary<string, string> labels = Labels.From(Label);
        using TlsKeyMaterial material = ParameterSetName == TlsKeyFiles.Pkcs12Set ? files.ReadPkcs12(Pkcs12Path) : files.Read(CertificatePath, KeyPath, CaPath);
        if (material.Chain[0].NotAfter < Time.GetUtcNow())
        {
            WriteWarning($"The certificate for {id} expired at {material.Chain[0].NotAfter:u}; every peer will refuse it.");
        }

        if (!ShouldProcess(id.ToString(), "Keep a TLS key"))
        {
            return null;
        }

        Secret secret = material.ToSecret(id, labels, ImmutableSortedDictionary<string, string>.Empty);
        return new Job(ResolveStore(), id, _ => Task.FromResult(new IssuedTlsKey(secret, IsShortened: false)));
    }

    private void Flush()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        _progress ??= StartProgress("Issuing TLS keys");
        Job[] jobs = [.. _pending];
        _pending.Clear();
        MeshStore store = jobs[0].Store;
        WriteMode mode = Force ? WriteMode.CreateOrUpdate : WriteMode.Create;
        IReadOnlyList<TlsKeyResult<Job>> results = Run(ct => TlsKeyBatch.RunAsync(
            WriterOf(store),
            jobs,
            (job, token) => job.Issue(token),
            (_, secret) => new SecretWrite(secret, mode),
            store.Engine.ConcurrencyOr(Environment.ProcessorCount),
            ct));
        foreach (TlsKeyResult<Job> result in results)
        {
            Write(result);
        }
    }

    private void Write(TlsKeyResult<Job> result)
    {
        _progress!.Advance(result.Item.Id.Name);
        if (result.Error is { } error)
        {
            WriteError(error, result.Item.Id);
            return;
        }

        MeshTlsKey key = new(result.Metadata!, result.Item.Store);
        if (result.IsShortened && !_toldShortened)
        {
            _toldShortened = true;
            WriteWarning($"{key} is valid only until {key.NotAfter:u}, when its authority {key.Issuer} ends. So may be others that follow. Renew the authority, or ask for less with -ValidFor.");
        }

        WriteObject(key);
    }

    private sealed record Job(MeshStore Store, SecretId Id, Func<CancellationToken, Task<IssuedTlsKey>> Issue);
}
