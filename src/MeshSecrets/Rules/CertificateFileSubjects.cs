using System.Collections.Immutable;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Makes what rules judge of the files, texts and objects that a user gave.</summary>
internal sealed class CertificateFileSubjects(
    string? keyPath, IEnumerable<string> authorityPaths, IEnumerable<string> crlPaths, SecureString? password, RuleContext context, Action<string> say)
{
    private readonly SubjectCompanions _companions = new()
    {
        Authorities = [.. authorityPaths.Select(path => new SourceContent(File.ReadAllBytes(path), path))],
        Crls = [.. crlPaths.Select(path => new SourceContent(File.ReadAllBytes(path), path))],
    };

    /// <summary>The subjects of a file or a folder, each with its file; the caller disposes their secrets.</summary>
    internal IEnumerable<(RuleSubject Subject, string File)> OfPath(string path) =>
        Directory.Exists(path) ? OfFolder(path) : OfFile(path).Select(subject => (subject, path));

    /// <summary>The subject of a certificate that was read already.</summary>
    internal RuleSubject OfCertificate(MeshCertificate certificate) =>
        OfText(certificate.ChainPem, certificate.Source)[0];

    /// <summary>The subject of a secret, with the companions that were given.</summary>
    internal RuleSubject OfSecret(Secret secret) => RuleSubjects.OfSecret(secret, _companions, ContextOf(secret));

    /// <summary>The subjects of a text.</summary>
    internal ImmutableArray<RuleSubject> OfText(string text, string source) =>
        RuleSubjects.OfContent(new SourceContent(Encoding.UTF8.GetBytes(text), source), _companions, MaterialReadOptions.Default, context);

    private RuleContext ContextOf(Secret secret) => secret.Id.Mesh is { } mesh ? context with { Mesh = mesh } : context;

    private IEnumerable<(RuleSubject Subject, string File)> OfFolder(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        ImmutableArray<string> taken = [];
        if (RuleSubjects.OfFolder(folder, [.. files.Select(file => Path.GetFileName(file))], name => new SourceContent(File.ReadAllBytes(Path.Combine(folder, name)), Path.Combine(folder, name)), context) is { } whole)
        {
            taken = whole.Names;
            yield return (whole.Subject, folder);
        }

        foreach (string file in files.Where(file => !taken.Contains(Path.GetFileName(file))))
        {
            foreach (RuleSubject subject in OfFile(file))
            {
                if (subject.Faults is [{ ErrorId: "MaterialUnrecognized" or "MaterialIsHtml" } other, ..] && subject.Chain.IsEmpty)
                {
                    say(other.Message); // A folder may hold anything.
                }
                else if (subject.Chain.IsEmpty && subject.Key is not null && CertificateFile.IsKey(file))
                {
                    say($"{file} is a key, judged with the certificate beside it, if there is one.");
                }
                else
                {
                    yield return (subject, file);
                }
            }
        }
    }

    private IEnumerable<RuleSubject> OfFile(string file)
    {
        byte[] content = File.ReadAllBytes(file);
        string? keyFile = keyPath ?? CertificateFile.KeyBeside(file);
        byte[] key = keyFile is null ? [] : File.ReadAllBytes(keyFile);
        char[] passphrase = password.ToChars();
        try
        {
            if (new SecretManifestReader().Recognizes(content))
            {
                return [.. ReadManifests(file)];
            }

            SubjectCompanions companions = _companions with { Key = keyFile is null ? null : new SourceContent(key, keyFile) };
            return RuleSubjects.OfContent(new SourceContent(content, file), companions, new MaterialReadOptions { Password = passphrase }, context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
            CryptographicOperations.ZeroMemory(key);
            Array.Clear(passphrase);
        }
    }

    private IEnumerable<RuleSubject> ReadManifests(string file)
    {
        using FileStream stream = File.OpenRead(file);
        foreach (Manifest manifest in ManifestReader.Read(stream, file))
        {
            yield return RuleSubjects.OfManifest(manifest, context);
        }
    }
}
