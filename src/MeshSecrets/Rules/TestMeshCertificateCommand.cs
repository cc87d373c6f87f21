using System.Management.Automation;
using System.Security;
using System.Text;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Judges certificates, with what came with them, by the rules of meshes; gives what breaks a rule, or nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MeshCertificate", DefaultParameterSetName = PathSet)]
[OutputType(typeof(MeshFinding), typeof(bool))]
public sealed class TestMeshCertificateCommand : RuleCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string PemSet = "Pem";
    private const string CertificateSet = "Certificate";
    private const string NameSet = "Name";
    private const string SecretSet = "Secret";

    private readonly StringBuilder _text = new();
    private readonly object _owners = new KeyOwners();

    /// <summary>Files or folders, with wildcards: PEM, DER, PKCS#12, PKCS#7, and manifests of secrets.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files or folders, taken as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Text with PEM; lines that come one by one are put together.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = PemSet)]
    [AllowEmptyString]
    public string[] Pem { get; set; } = [];

    /// <summary>Certificates from Get-MeshCertificate or New-MeshCertificate.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CertificateSet)]
    public MeshCertificate[] Certificate { get; set; } = [];

    /// <summary>Names of TLS keys and authorities in the store, with wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>TLS keys, authorities or secrets from the other cmdlets.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = SecretSet)]
    public MeshSecret[] Secret { get; set; } = [];

    /// <summary>The file with the private key; without it, the one that lies beside the certificate (<c>site.key</c>, <c>ca-key.pem</c>), if any.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>Files with what is to be trusted, with wildcards; a chain must lead there.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] CaPath { get; set; } = [];

    /// <summary>Files with revocation lists, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] CrlPath { get; set; } = [];

    /// <summary>The password of PKCS#12 files and encrypted keys.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Passphrase]
    public SecureString? Password { get; set; }

    private protected override string Noun => "TLS key or authority";

    private protected override string Sought => Path is [_, ..] ? $"{string.Join(", ", Path)} (certificates and manifests of secrets)"
        : LiteralPath is [_, ..] ? $"{string.Join(", ", LiteralPath)} (certificates and manifests of secrets)"
        : Name is [_, ..] ? $"the search for TLS keys and authorities called {string.Join(", ", Name)} in the store"
        : "the pipeline";

    private CertificateFileSubjects? Files { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        base.Begin();
        Files = new CertificateFileSubjects(
            KeyPath is null ? null : FilePaths.LiteralExisting(KeyPath),
            CaPath.SelectMany(FilePaths.Expand),
            CrlPath.SelectMany(FilePaths.Expand),
            Password,
            Context,
            WriteVerbose);
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (ParameterSetName)
        {
            case PathSet:
                TestPaths(Path.SelectMany(FilePaths.Expand));
                break;
            case LiteralPathSet:
                TestPaths(LiteralPath.Select(FilePaths.LiteralExisting));
                break;
            case PemSet:
                _text.AppendJoin('\n', Pem).Append('\n');
                break;
            case CertificateSet:
                foreach (MeshCertificate certificate in Certificate)
                {
                    Test(Files!.OfCertificate(certificate), path: null);
                }

                break;
            case SecretSet:
                foreach (MeshSecret secret in Secret)
                {
                    Guard(secret, () => Test(secret));
                }

                break;
            default:
                TestStored();
                break;
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (_text.Length > 0)
        {
            foreach (RuleSubject subject in Files!.OfText(_text.ToString(), "-Pem"))
            {
                Test(subject, path: null);
            }
        }

        base.End();
    }

    private void TestPaths(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            Guard(path, () =>
            {
                foreach ((RuleSubject subject, string file) in Files!.OfPath(path).TakeWhile(_ => !IsAnswered))
                {
                    using (subject.Secret)
                    {
                        Test(subject, file);
                    }
                }
            });
        }
    }

    private void TestStored()
    {
        MeshStore? store = FindStore();
        SecretQuery filter = new() { Types = [SecretType.Tls, SecretType.CertificateAuthority] };
        foreach (string name in Name)
        {
            Guard(name, () =>
            {
                bool found = false;
                foreach (MeshSecret each in Find(store, name, usualScope: false, filter).TakeWhile(_ => !IsAnswered))
                {
                    found = true;
                    Test(each);
                }

                if (!found && !IsAnswered && !WildcardPattern.ContainsWildcardCharacters(name))
                {
                    throw NotFound(name, usualScope: false);
                }
            });
        }
    }

    private void Test(MeshSecret stored)
    {
        using Secrets.Secret secret = Run(ct => stored.Store.Engine.GetRequiredAsync(stored.Metadata.Id, ct));
        Test(Files!.OfSecret(secret), path: null);
    }

    /// <summary>Judges one as it comes: of two that share a key, the later one is told of the earlier.</summary>
    private void Test(RuleSubject subject, string? path)
    {
        KeyOwners owners = (KeyOwners)_owners;
        Judge(subject with { Context = subject.Context with { KeyOwners = owners } }, path);
        owners.Add(subject);
    }
}
