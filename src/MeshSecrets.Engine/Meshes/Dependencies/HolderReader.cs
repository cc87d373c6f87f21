using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>Finds the certificates and keys in secrets and resources. What is read often, as the one root in ten thousand secrets, is parsed once.</summary>
internal sealed class HolderReader
{
    private static readonly ImmutableHashSet<string> s_trusted =
        [DataKey.TrustBundle, "root-cert.pem", "cacert", "ca.pem", "ca-bundle.crt", "trust-bundle.pem", "trusted-roots.crt"];

    private readonly Dictionary<string, ImmutableArray<CertificateInfo>> _parsed = new(StringComparer.Ordinal);

    /// <summary>What could not be read, and why; never a value.</summary>
    internal List<string> Unread { get; } = [];

    /// <summary>A secret with its certificates.</summary>
    internal CertificateHolder Read(Secret secret, string source)
    {
        SecretData data = secret.GetData();
        bool isAuthority = secret.Metadata.Type == SecretType.CertificateAuthority;
        ImmutableArray<HeldCertificate>.Builder held = ImmutableArray.CreateBuilder<HeldCertificate>();
        foreach (string key in data.Keys)
        {
            ImmutableArray<CertificateInfo> certificates = ReadCertificates(data.GetValue(key), $"{secret.Id}, {key}");
            for (int i = 0; i < certificates.Length; i++)
            {
                held.Add(Held(certificates[i], Field(key, i, certificates.Length), RoleOf(key, i, certificates[i], data, isAuthority)));
            }
        }

        return Describe(secret.Metadata, source) with
        {
            Certificates = held.DrainToImmutable(),
            BareKey = held.Count == 0 ? FindKey(data, secret.Id) : null,
            IsBareCertificate = !data.Keys.Any(key => HasKey(data, key)),
        };
    }

    /// <summary>A resource with the certificates that stand in it as PEM; <see langword="null"/> if none does.</summary>
    internal CertificateHolder? Read(Manifest resource, SecretId? id)
    {
        List<HeldCertificate> held = [];
        Walk(resource.Root, "");
        return held.Count == 0 ? null : new CertificateHolder(id, resource.ToString(), resource.Kind, resource.Source) { Certificates = [.. held] };

        void Walk(ManifestNode node, string path)
        {
            foreach ((string name, ManifestNode value) in node.Fields)
            {
                Walk(value, path.Length == 0 ? name : $"{path}.{name}");
            }

            for (int i = 0; i < node.Entries.Count; i++)
            {
                Walk(node.Entries[i], $"{path}[{i}]");
            }

            if (node.Text is { Length: > 64 } text && text.Contains("-----BEGIN CERTIFICATE", StringComparison.Ordinal))
            {
                held.AddRange(ReadCertificates(Encoding.UTF8.GetBytes(text), $"{resource}, {path}").Select(certificate => Held(certificate, path, CertificateRole.Trust)));
            }
        }
    }

    /// <summary>What is known of a secret without its values.</summary>
    internal static CertificateHolder Describe(SecretMetadata metadata, string source)
    {
        string kind = metadata.Type switch
        {
            SecretType.Tls => "TlsKey",
            SecretType.CertificateAuthority => "Authority",
            _ => "Secret",
        };
        return new CertificateHolder(metadata.Id, metadata.Id.ToString(), kind, source) { Metadata = metadata };
    }

    private static HeldCertificate Held(CertificateInfo certificate, string field, CertificateRole role) =>
        new(certificate, field, role, certificate.Thumbprint, CertificateHolder.HashOf(certificate.SubjectPublicKeyInfo.Span));

    private static string Field(string key, int index, int count) => count == 1 ? key : $"{key}[{index}]";

    private static CertificateRole RoleOf(string key, int index, CertificateInfo certificate, SecretData data, bool isAuthority)
    {
        if (key == "cert-chain.pem" || (isAuthority && key == DataKey.TrustBundle && !certificate.IsSelfIssued))
        {
            return CertificateRole.Chain;
        }

        // OSM keeps its own root in ca.crt, beside its key.
        bool isOwnRoot = key == DataKey.TrustBundle && index == 0 && data.TryGetValue("private.key", out _);
        return s_trusted.Contains(key) && !isOwnRoot ? CertificateRole.Trust
            : index == 0 ? CertificateRole.Own
            : CertificateRole.Chain;
    }

    private ImmutableArray<CertificateInfo> ReadCertificates(ReadOnlyMemory<byte> value, string source)
    {
        if (value.Span.IndexOf("-----BEGIN CERTIFICATE-----"u8) < 0)
        {
            return [];
        }

        string hash = Convert.ToHexString(SHA256.HashData(value.Span));
        if (_parsed.TryGetValue(hash, out ImmutableArray<CertificateInfo> known))
        {
            return known;
        }

        ImmutableArray<CertificateInfo> read = [];
        try
        {
            read = [.. CertificateReader.ReadCertificates(value, source, allowPrivateKey: true).Select(item => CertificateInfo.Parse(item.GetDer(), item.Location))];
        }
        catch (MeshException e)
        {
            Unread.Add(e.Message);
        }

        _parsed.Add(hash, read);
        return read;
    }

    private static bool HasKey(SecretData data, string name) => data.GetValue(name).Span.IndexOf("PRIVATE KEY-----"u8) >= 0;

    private string? FindKey(SecretData data, SecretId id)
    {
        foreach (string name in data.Keys.Where(name => HasKey(data, name)))
        {
            try
            {
                using PrivateKey key = PrivateKeyReader.Read(data.GetValue(name), $"{id}, {name}");
                return CertificateHolder.HashOf(key.SubjectPublicKeyInfo.Span);
            }
            catch (MeshException e)
            {
                Unread.Add(e.Message);
            }
        }

        return null;
    }
}
