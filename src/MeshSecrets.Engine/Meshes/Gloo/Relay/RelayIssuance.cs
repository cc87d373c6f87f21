using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>Makes the relay secrets of an installation of Gloo Mesh, all from one authority.</summary>
public static class RelayIssuance
{
    private const int TokenSize = 32;

    /// <summary>The identities of the secrets that an order makes, to see beforehand which are there.</summary>
    /// <param name="order">What is asked for.</param>
    /// <returns>The identities: those of the management plane, then those of each cluster.</returns>
    /// <exception cref="MeshException">The name of a cluster or the namespace is invalid.</exception>
    public static ImmutableArray<SecretId> Plan(RelayOrder order)
    {
        string[] ofServer = [RelaySecretName.Root, RelaySecretName.Signing, RelaySecretName.Server, RelaySecretName.Token];
        string[] ofAgent = [RelaySecretName.Client, RelaySecretName.Root, RelaySecretName.Token];
        return
        [
            .. order.AgentsOnly ? [] : ofServer.Select(name => Id(name, order)),
            .. order.Clusters.SelectMany(cluster => ofAgent.Select(name => Id(RelaySecretName.Of(name, cluster), order))),
        ];
    }

    /// <summary>Makes the secrets.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="authority">Who issues server, clients and signing authority; it must allow one authority below it.</param>
    /// <param name="token">The installation's token, of which each cluster gets a copy; <see langword="null"/> for a new one.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The secrets of <see cref="Plan"/>, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>PathLengthExceeded</c>, or as <see cref="ICertificateIssuer.IssueAsync"/>.</exception>
    public static async Task<ImmutableArray<Secret>> IssueAsync(RelayOrder order, CertificateAuthority authority, ReadOnlyMemory<byte>? token, CancellationToken cancellationToken)
    {
        byte[] shared = token?.ToArray() ?? NewToken();
        List<Secret> made = [];
        try
        {
            if (!order.AgentsOnly)
            {
                // First, for it fails at once if the authority may have none below it.
                made.Add(await SigningAsync(order, authority, cancellationToken).ConfigureAwait(false));
                made.Add(await LeafAsync(order, authority, Id(RelaySecretName.Server, order), order.AllServerDnsNames, order.Labels, cancellationToken).ConfigureAwait(false));
                made.Add(Root(Id(RelaySecretName.Root, order), authority, order.Labels));
                made.Add(Token(Id(RelaySecretName.Token, order), shared, order.Labels));
            }

            foreach (string cluster in order.Clusters)
            {
                ImmutableSortedDictionary<string, string> labels = order.Labels.SetItem(RelaySecretName.ClusterLabel, cluster);
                made.Add(await LeafAsync(order, authority, Id(RelaySecretName.Of(RelaySecretName.Client, cluster), order), [cluster], labels, cancellationToken).ConfigureAwait(false));
                made.Add(Root(Id(RelaySecretName.Of(RelaySecretName.Root, cluster), order), authority, labels));
                made.Add(Token(Id(RelaySecretName.Of(RelaySecretName.Token, cluster), order), shared, labels));
            }

            return [.. made.OrderBy(secret => Plan(order).IndexOf(secret.Id))];
        }
        catch
        {
            made.ForEach(secret => secret.Dispose());
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    /// <summary>A real authority: a leaf under this name, as a published script puts there, signs what nobody accepts.</summary>
    private static async Task<Secret> SigningAsync(RelayOrder order, CertificateAuthority authority, CancellationToken cancellationToken)
    {
        SecretId id = Id(RelaySecretName.Signing, order);
        AuthorityOptions options = new() { Subject = DistinguishedName.FromCommonName("relay-tls-signing-ca"), PathLength = 0 };
        PrivateKey key = await PrivateKey.GenerateAsync(order.KeyAlgorithm, cancellationToken).ConfigureAwait(false);
        using CertificateAuthority signing = authority.CreateIntermediate(id.ToString(), options, key);
        ImmutableSortedDictionary<string, string> annotations = ImmutableSortedDictionary<string, string>.Empty.Add(IssuanceRecord.IssuerAnnotation, authority.Reference.ToString());
        return TlsKeySecret.Create(id, [signing.Certificate, .. signing.Chain[..^1]], key, [signing.Root], order.Labels, annotations);
    }

    /// <summary>Server and client at once, as Gloo Mesh's guides have both sides; and for RSA keys both usages, which TLS 1.2 may need.</summary>
    private static async Task<Secret> LeafAsync(
        RelayOrder order,
        CertificateAuthority authority,
        SecretId id,
        IEnumerable<string> dnsNames,
        ImmutableSortedDictionary<string, string> labels,
        CancellationToken cancellationToken)
    {
        bool isRsa = order.KeyAlgorithm is not (KeyAlgorithm.P256 or KeyAlgorithm.P384);
        KeyUsages usages = isRsa ? KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment : KeyUsages.DigitalSignature;
        TlsKeyOrder leaf = new()
        {
            Id = id,
            Names = SubjectAlternativeNames.Create(dnsNames),
            Profile = CertificateProfile.Custom(usages, [Oids.ServerAuth, Oids.ClientAuth]),
            ValidFor = order.ValidFor,
            KeyAlgorithm = order.KeyAlgorithm,
            Labels = labels,
        };
        return (await TlsKeyIssuance.IssueAsync(leaf, authority, cancellationToken).ConfigureAwait(false)).Secret;
    }

    /// <summary>Only the certificate: the root's key is needed by no cluster, and whoever has it can pass for any of them.</summary>
    private static Secret Root(SecretId id, CertificateAuthority authority, ImmutableSortedDictionary<string, string> labels) =>
        Opaque(id, labels, DataKey.TrustBundle, PemWriter.EncodeCertificates([authority.Root.Encoded]));

    private static Secret Token(SecretId id, ReadOnlySpan<byte> token, ImmutableSortedDictionary<string, string> labels) =>
        Opaque(id, labels, RelaySecretName.TokenKey, token);

    private static Secret Opaque(SecretId id, ImmutableSortedDictionary<string, string> labels, string dataKey, ReadOnlySpan<byte> value) =>
        new(new SecretMetadata { Id = id, Type = SecretType.Opaque, Labels = labels }, new SecretData().Set(dataKey, value));

    /// <summary>256 random bits as text without characters that a shell or a URL would change, and without newline.</summary>
    private static byte[] NewToken()
    {
        Span<byte> random = stackalloc byte[TokenSize];
        RandomNumberGenerator.Fill(random);
        byte[] text = new byte[Base64Url.GetEncodedLength(TokenSize)];
        Base64Url.EncodeToUtf8(random, text);
        CryptographicOperations.ZeroMemory(random);
        return text;
    }

    private static SecretId Id(string name, RelayOrder order) => new(name, mesh: null, order.Namespace);
}
