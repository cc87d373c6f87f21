using System.Management.Automation;
using System.Text;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Requests;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Meshes.Kubernetes;

namespace MeshSecrets.Commands;

/// <summary>Signs a certificate request. Names are those of the request unless others are given; what the certificate is for is decided here, not by the request.</summary>
[Cmdlet(VerbsCommon.New, "MeshCertificate", SupportsShouldProcess = true, DefaultParameterSetName = IssueSet)]
[OutputType(typeof(MeshCertificate))]
public sealed class NewMeshCertificateCommand : IssuingCommand
{
    private bool _written;

    /// <summary>The request: PEM text, a manifest that holds one, or what New-MeshCertificateRequest and Get-MeshCertificate write.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = IssueSet)]
    public string[]? Request { get; set; }

    /// <summary>Files with a request each (PEM, DER, or a manifest that holds one), with wildcards.</summary>
    [Parameter(ParameterSetName = IssueSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files with a request each, taken as they are; they come along in the pipeline from Get-ChildItem.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IssueSet)]
    [Alias("PSPath")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A file for the certificate and its intermediates (PEM), beside the object that is written out.</summary>
    [Parameter(ParameterSetName = IssueSet)]
    public string? OutFile { get; set; }

    /// <summary>Overwrite a file that exists.</summary>
    [Parameter(ParameterSetName = IssueSet)]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string[] files = [.. Path.SelectMany(FilePaths.Expand), .. LiteralPath.Select(FilePaths.LiteralExisting)];
        string text = string.Join('\n', Request ?? []);
        bool isText = files.Length == 0; // What comes from Get-ChildItem binds its text to -Request, too.
        if (isText && string.IsNullOrWhiteSpace(text))
        {
            throw CertificateCommandErrors.RequestMissing();
        }

        if (isText)
        {
            Sign(Read(Encoding.UTF8.GetBytes(text), "-Request"));
        }

        foreach (string file in files)
        {
            Guard(file, () => Sign(Read(File.ReadAllBytes(file), file)));
        }
    }

    private static CertificateRequestInfo Read(byte[] content, string source) =>
        CertificateRequestInfo.Parse(CertificateRequestReader.Read(content, source, new() { Envelopes = [new SecretManifestReader()] }).GetDer().ToArray(), source);

    private void Sign(CertificateRequestInfo request)
    {
        SubjectAlternativeNames names = NamesOf(request);
        CertificateOrder order = new(request)
        {
            Subject = Subject is null ? request.Subject : DistinguishedName.Parse(Subject),
            Names = names,
            Profile = ToProfile(names.SpiffeId is not null),
            ValidFor = ValidFor,
            RefuseShorterLife = RefuseShorterLife,
        };
        MeshStore store = FindStore() ?? throw AuthorityErrors.IssuerNotFound(Issuer);
        ICertificateIssuer issuer = ResolveIssuer(store, string.IsNullOrEmpty(Mesh) ? null : Mesh, string.IsNullOrEmpty(Namespace) ? null : Namespace);
        if (!ShouldProcess(order.Subject.IsEmpty ? names.ToString() : order.Subject.ToString(), $"Sign the certificate request by {issuer.Reference.Name}"))
        {
            return;
        }

        IssuedCertificate issued = Run(ct => issuer.IssueAsync(order, ct).AsTask());
        MeshCertificate certificate = new(issued.Certificate, issuer.Reference.Name, [issued.Certificate, .. issued.Intermediates]);
        if (issued.IsShortened)
        {
            WriteWarning($"{certificate} is valid only until {certificate.NotAfter:u}, when its authority ends. Renew the authority, or ask for less with -ValidFor.");
        }

        if (OutFile is not null)
        {
            WriteFile(certificate.ChainPem);
        }

        WriteObject(certificate);
    }

    private void WriteFile(string pem)
    {
        if (_written)
        {
            throw CertificateCommandErrors.OutputAmbiguous();
        }

        MaterialFile.WritePublic(FilePaths.Literal(OutFile!), Encoding.ASCII.GetBytes(pem), overwrite: Force);
        _written = true;
    }

    private SubjectAlternativeNames NamesOf(CertificateRequestInfo request)
    {
        SubjectAlternativeNames given = ToNames();
        if (given.IsEmpty && request.Names.OtherCount > 0)
        {
            throw CertificateCommandErrors.RequestNamesNotMade(request.Names.OtherCount);
        }

        return given.IsEmpty
            ? SubjectAlternativeNames.Create(request.Names.DnsNames, request.Names.Uris, request.Names.IpAddresses, request.Names.EmailAddresses)
            : given;
    }
}
