using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma.Authorities;

/// <summary>
/// The root that Kuma up to 0.4 made for a mesh: one secret <c>builtinca.{mesh}</c> with JSON, certificate and key in PEM
/// in base64 (Kuma 0.4.0, <c>pkg/core/ca/builtin/manager.go</c>).
/// </summary>
internal sealed class Kuma04BuiltinFormat : AuthorityFormat
{
    private const string NamePrefix = "builtinca.";

    public override string Name => "Kuma04Builtin";

    public override string Description => "the secret builtinca.<mesh> in which Kuma up to 0.4 kept its root";

    public override bool HoldsPrivateKey => true;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        ImmutableArray<Secret> found = [.. objects.Secrets.Where(secret => KumaAuthority.IsCandidate(secret) && secret.Id.Name.StartsWith(NamePrefix, StringComparison.Ordinal))];
        return KumaAuthority.Single(found, secret => secret.Id.ToString()) is { } secret ? Read(secret) : null;
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        KumaAuthority.EnsureRootAlone(authority, Name);
        if (target.Name is { } name && name != NamePrefix + (target.Mesh ?? SecretId.DefaultMesh))
        {
            throw FormatErrors.CannotCarry(Name, authority.Source, $"the name '{name}'", "Its name is made of the mesh's: give the mesh only.");
        }

        using SecretData parts = new();
        AuthorityData.SetKey(parts, "key", authority, target, Name, PrivateKeyFormat.Traditional);
        parts.Set("cert", AuthorityData.Pem(authority.Chain[0]));
        byte[] json = ToJson(parts);
        try
        {
            SecretData data = new SecretData().Set(DataKey.Value, json);
            return new MeshObjects([KumaAuthority.ToSecret(NamePrefix + (target.Mesh ?? SecretId.DefaultMesh), data, target)], []);
        }
        finally
        {
            KumaAuthority.Zero(json);
        }
    }

    /// <summary>Written by hand, for a JSON writer leaves copies of the key in its buffers.</summary>
    private static byte[] ToJson(SecretData parts)
    {
        ReadOnlySpan<byte> certificate = parts.GetValue("cert").Span;
        ReadOnlySpan<byte> key = parts.GetValue("key").Span;
        byte[] json = new byte[64 + Base64.GetMaxEncodedToUtf8Length(certificate.Length) + Base64.GetMaxEncodedToUtf8Length(key.Length)];
        int length = 0;
        Append("{\"roots\":[{\"cert\":\""u8);
        AppendBase64(certificate);
        Append("\",\"key\":\""u8);
        AppendBase64(key);
        Append("\"}]}"u8);
        byte[] exact = json.AsSpan(0, length).ToArray();
        KumaAuthority.Zero(json);
        return exact;

        void Append(ReadOnlySpan<byte> text)
        {
            text.CopyTo(json.AsSpan(length));
            length += text.Length;
        }

        void AppendBase64(ReadOnlySpan<byte> bytes)
        {
            Base64.EncodeToUtf8(bytes, json.AsSpan(length), out _, out int written);
            length += written;
        }
    }

    private AuthorityMaterial Read(Secret secret)
    {
        AuthorityData.EnsureOnly(secret, Name, DataKey.Value);
        byte[]? certificate = null;
        byte[]? key = null;
        try
        {
            (certificate, key) = ReadJson(secret);
            string source = $"{secret.Id}, roots[0]";
            CertificateInfo root = CertificateInfo.Parse(CertificateReader.ReadCertificates(certificate, $"{source}.cert")[0].GetDer().ToArray(), $"{source}.cert");
            PrivateKey privateKey = PrivateKeyReader.Read(key, $"{source}.key");
            try
            {
                KeyPairCheck.EnsureMatch(privateKey, $"{source}.key", root.Encoded, $"{source}.cert");
                return KumaAuthority.Create(secret.Id.ToString(), [root], privateKey);
            }
            catch
            {
                privateKey.Dispose();
                throw;
            }
        }
        finally
        {
            KumaAuthority.Zero(key);
        }
    }

    private (byte[] Certificate, byte[] Key) ReadJson(Secret secret)
    {
        Utf8JsonReader reader = new(secret.GetData().GetValue(DataKey.Value).Span);
        byte[]? certificate = null;
        byte[]? key = null;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 3)
                {
                    continue;
                }

                bool isKey = reader.ValueTextEquals("key");
                if ((isKey ? key : certificate) is not null)
                {
                    throw FormatErrors.CannotCarry("An authority", secret.Id, "further roots with keys of their own", "Kuma signs with the first only: remove the others once nothing chains to them.");
                }

                reader.Read();
                byte[] value = reader.GetBytesFromBase64();
                (certificate, key) = isKey ? (certificate, value) : (value, key);
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            KumaAuthority.Zero(key);
            throw FormatErrors.Incomplete(Name, secret.Id.ToString(), "its value is not the JSON that Kuma 0.4 writes, {\"roots\":[{\"cert\":…,\"key\":…}]}");
        }

        return certificate is null || key is null
            ? throw FormatErrors.Incomplete(Name, secret.Id.ToString(), "there is no root with certificate and key in it")
            : (certificate, key);
    }
}
