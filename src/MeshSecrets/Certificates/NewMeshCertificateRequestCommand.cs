using System.Management.Automation;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Requests;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Makes a certificate request, for a new key in a file or for the key of a TLS key in a store.</summary>
[Cmdlet(VerbsCommon.New, "MeshCertificateRequest", SupportsShouldProcess = true, DefaultParameterSetName = KeyFileSet)]
[OutputType(typeof(MeshCertificateRequest))]
public sealed class NewMeshCertificateRequestCommand : ScopedCommand
{
    private const string KeyFileSet = "KeyFile";
    private const string StoredKeySet = "StoredKey";

    private int _keyAlgorithm; // Not the enum itself: PowerShell loads this type before the engine can be found.

    /// <summary>The TLS key in the store whose private key is used; its names are taken unless others are given.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = StoredKeySet)]
    public string Name { get; set; } = "";

    /// <summary>The file for the new private key (PEM of PKCS#8, mode 0600).</summary>
    [Parameter(Mandatory = true, ParameterSetName = KeyFileSet)]
    public string KeyPath { get; set; } = "";

    /// <summary>The kind of the new key.</summary>
    [Parameter(ParameterSetName = KeyFileSet)]
    public KeyAlgorithm KeyAlgorithm
    {
        get => (KeyAlgorithm)_keyAlgorithm;
        set => _keyAlgorithm = (int)value;
    }

    /// <summary>The subject, as <c>CN=web,O=Example</c>; usually the first DNS name as common name.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? Subject { get; set; }

    /// <summary>DNS names to ask for.</summary>
    [Parameter]
    public string[]? DnsName { get; set; }

    /// <summary>The SPIFFE ID to ask for.</summary>
    [Parameter]
    public string? SpiffeId { get; set; }

    /// <summary>Further URIs to ask for.</summary>
    [Parameter]
    public string[]? Uri { get; set; }

    /// <summary>IP addresses to ask for.</summary>
    [Parameter]
    public string[]? IPAddress { get; set; }

    /// <summary>E-mail addresses to ask for.</summary>
    [Parameter]
    public string[]? EmailAddress { get; set; }

    /// <summary>A file for the request (PEM), beside the object that is written out.</summary>
    [Parameter]
    public string? OutFile { get; set; }

    /// <summary>Overwrite files that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        SubjectAlternativeNames names = SubjectAlternativeNames.Create(
            DnsName,
            SpiffeId is null ? Uri : [SpiffeId, .. Uri ?? []],
            IPAddress,
            EmailAddress);
        if (ParameterSetName == KeyFileSet)
        {
            WithNewKey(names);
        }
        else
        {
            WithStoredKey(names);
        }
    }

    private void WithNewKey(SubjectAlternativeNames names)
    {
        string keyPath = FilePaths.Literal(KeyPath);
        if (names.IsEmpty && string.IsNullOrEmpty(Subject))
        {
            throw CertificateCommandErrors.RequestNameMissing();
        }

        if (!ShouldProcess(keyPath, "Make a private key and a certificate request"))
        {
            return;
        }

        using PrivateKey key = PrivateKey.Generate(KeyAlgorithm);
        byte[] pem = PemWriter.EncodePrivateKey(key);
        MaterialFile.WritePrivate(keyPath, pem, overwrite: Force);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(pem);
        Write(key, SubjectOf(names, DistinguishedName.Empty), names, keyPath);
    }

    private void WithStoredKey(SubjectAlternativeNames names)
    {
        SecretId id = ToId(Name);
        MeshStore store = FindStore() ?? throw SecretInputErrors.NotFound(id);
        if (!ShouldProcess(id.ToString(), "Make a certificate request with the private key"))
        {
            return;
        }

        using Secret secret = Run(ct => store.Engine.GetRequiredAsync(id, ct));
        using PrivateKey key = TlsKeySecret.ReadKey(secret);
        DistinguishedName subject = DistinguishedName.Empty;
        if (names.IsEmpty)
        {
            CertificatesOf(secret, out subject, out names);
        }

        Write(key, SubjectOf(names, subject), names, id.ToString());
    }

    private static void CertificatesOf(Secret secret, out DistinguishedName subject, out SubjectAlternativeNames names)
    {
        Certificates.CertificateInfo current = TlsKeySecret.ReadChain(secret)[0];
        subject = current.Subject;
        names = SubjectAlternativeNames.Create(current.Names.DnsNames, current.Names.Uris, current.Names.IpAddresses, current.Names.EmailAddresses);
    }

    private DistinguishedName SubjectOf(SubjectAlternativeNames names, DistinguishedName current)
    {
        if (Subject is not null)
        {
            return DistinguishedName.Parse(Subject);
        }

        return !current.IsEmpty || names.DnsNames.IsEmpty ? current : DistinguishedName.FromCommonName(names.DnsNames[0]);
    }

    private void Write(PrivateKey key, DistinguishedName subject, SubjectAlternativeNames names, string source)
    {
        byte[] der = CertificateRequestEncoder.Create(subject, names, key);
        if (OutFile is not null)
        {
            MaterialFile.WritePublic(FilePaths.Literal(OutFile), PemWriter.Encode(MaterialKind.CertificateRequest, der), overwrite: Force);
        }

        WriteObject(new MeshCertificateRequest(CertificateRequestInfo.Parse(der, source), source));
    }
}
