using System.Security;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Reads a certificate and its key from files.</summary>
/// <param name="resolve">Turns a parameter into the full path of something existing.</param>
/// <param name="password">The password of an encrypted key or a PKCS#12 file.</param>
internal sealed class TlsKeyFiles(Func<string, string> resolve, SecureString? password)
{
    internal const string FileSet = "File";
    internal const string Pkcs12Set = "Pkcs12";

    internal TlsKeyMaterial Read(string certificatePath, string keyPath, string? caPath)
    {
        SourceContent certificate = Load(certificatePath);
        SourceContent key = keyPath == certificatePath ? certificate : Load(keyPath);
        SourceContent? authorities = caPath is null ? null : Load(caPath);
        return With(options => TlsKeyMaterial.Read(certificate, key, authorities, options), certificate, key);
    }

    internal TlsKeyMaterial ReadPkcs12(string path)
    {
        SourceContent file = Load(path);
        return With(options => TlsKeyMaterial.ReadPkcs12(file, options), file);
    }

    private SourceContent Load(string path) => new(File.ReadAllBytes(resolve(path)), path);

    private TlsKeyMaterial With(Func<MaterialReadOptions, TlsKeyMaterial> read, params ReadOnlySpan<SourceContent> contents)
    {
        char[] plain = password.ToChars();
        try
        {
            return read(new MaterialReadOptions { Password = plain, Envelopes = [new SecretManifestReader()] });
        }
        finally
        {
            Array.Clear(plain);
            foreach (SourceContent content in contents)
            {
                CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsMemory(content.Content).Span);
            }
        }
    }
}
