using System.Management.Automation;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that have a certificate issued: by whom, for which names, for what use, for how long.</summary>
public abstract class IssuingCommand : ScopedCommand, IDisposable
{
    private protected const string IssueSet = "Issue";

    private readonly Dictionary<MeshStore, IssuerDirectory> _directories = [];
    private int _keyUsage = (int)KeyUsages.DigitalSignature; // Not the enum itself: PowerShell loads this type before the engine can be found.

    /// <summary>The authority: its name, its identity (<c>mesh/default/mesh-ca</c>), or what Get-MeshCa gives.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    [ArgumentCompleter(typeof(AuthorityCompleter))]
    [ValidateNotNullOrEmpty]
    public string Issuer { get; set; } = "";

    /// <summary>DNS names; a wildcard only as the whole leftmost label.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    public string[]? DnsName { get; set; }

    /// <summary>The SPIFFE ID, as <c>spiffe://default/web</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? SpiffeId { get; set; }

    /// <summary>Further URIs, as Kuma's <c>kuma://tag/value</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    public string[]? Uri { get; set; }

    /// <summary>IP addresses.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    public string[]? IPAddress { get; set; }

    /// <summary>E-mail addresses.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    public string[]? EmailAddress { get; set; }

    /// <summary>The subject, as <c>CN=web,O=Example</c>; usually the first DNS name as common name.</summary>
    [Parameter(ParameterSetName = IssueSet)]
    [AllowEmptyString]
    public string? Subject { get; set; }

    /// <summary>What the certificate is for; Workload if there is a SPIFFE ID, else Server.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [AllowNull]
    [AllowEmptyString]
    public string? Profile { get; set; }

    /// <summary>The key usages of the profile Custom.</summary>
    [Parameter(ParameterSetName = IssueSet)]
    public KeyUsages KeyUsage
    {
        get => (KeyUsages)_keyUsage;
        set => _keyUsage = (int)value;
    }

    /// <summary>The extended key usages of the profile Custom: names as <c>serverAuth</c>, or OIDs.</summary>
    [Parameter(ParameterSetName = IssueSet)]
    [ArgumentCompleter(typeof(ExtendedKeyUsageCompleter))]
    public string[] ExtendedKeyUsage { get; set; } = [];

    /// <summary>How long it is to be valid: <c>24h</c>, <c>90d</c>, <c>P30D</c> or a TimeSpan; usually what the profile says.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    [Duration]
    public TimeSpan? ValidFor { get; set; }

    /// <summary>Refuse, rather than shorten, a life beyond the authority's own.</summary>
    [Parameter(ParameterSetName = IssueSet)]
    public SwitchParameter RefuseShorterLife { get; set; }

    /// <summary>Disposes the authorities that were opened.</summary>
    public void Dispose()
    {
        foreach (IssuerDirectory directory in _directories.Values)
        {
            directory.Dispose();
        }

        _directories.Clear();
        GC.SuppressFinalize(this);
    }

    private protected ICertificateIssuer ResolveIssuer(MeshStore store, string? mesh, string? @namespace)
    {
        IssuerDirectory directory = Directory(store);
        return directory.Opened(Issuer, mesh, @namespace) ?? Run(ct => directory.FindAuthorityAsync(Issuer, mesh, @namespace, ct));
    }

    private protected IssuerDirectory Directory(MeshStore store)
    {
        if (!_directories.TryGetValue(store, out IssuerDirectory? directory))
        {
            _directories.Add(store, directory = new IssuerDirectory(store.Engine, Time));
        }

        return directory;
    }

    private protected SubjectAlternativeNames ToNames() => SubjectAlternativeNames.Create(
        Given(DnsName),
        string.IsNullOrEmpty(SpiffeId) ? Given(Uri) : [SpiffeId, .. Given(Uri)],
        Given(IPAddress),
        Given(EmailAddress));

    /// <summary>What was given of a list: an empty cell of a table is nothing.</summary>
    private static string[] Given(string[]? values) => [.. (values ?? []).Where(value => !string.IsNullOrEmpty(value))];

    private protected CertificateProfile ToProfile(bool hasSpiffeId)
    {
        if (string.IsNullOrEmpty(Profile))
        {
            return hasSpiffeId ? CertificateProfile.Workload : CertificateProfile.Server;
        }

        return Profile.Equals(CertificateProfile.CustomName, StringComparison.OrdinalIgnoreCase)
            ? CertificateProfile.Custom(KeyUsage, ExtendedKeyUsage)
            : CertificateProfile.OfName(Profile);
    }
}
