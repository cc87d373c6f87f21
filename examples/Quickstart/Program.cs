// From nothing to a mesh with certificates, without PowerShell: a store, two authorities, TLS keys, a secret, the trust
// bundle, and their renewal when they are due. Everything lies in one folder, a temporary one unless another is given:
//
//     dotnet run --project examples/Quickstart [-- <folder>]

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using Quickstart;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
bool isTemporary = args.Length == 0;
string folder = isTemporary ? Directory.CreateTempSubdirectory("quickstart-").FullName : Path.GetFullPath(args[0]);
ShiftedClock clock = new();
CancellationToken cancel = CancellationToken.None;
try
{
    // 1. The store: a folder of encrypted records. What unlocks it is a key file, here beside it; at home it lies elsewhere.
    using StoreKeySource keyFile = StoreKeySource.KeyFile(Path.Combine(folder, "store.key"));
    await using EmbeddedStore store = await EmbeddedStore.OpenAsync(
        new EmbeddedStoreOptions { Path = Path.Combine(folder, "store"), KeySource = keyFile, CreateIfMissing = true, TimeProvider = clock },
        cancel);
    Say("Store", store.Location);

    // 2. The authorities: a root, which only ever signs the intermediate, and the intermediate, which signs for the mesh.
    await CreateAuthoritiesAsync(store);

    // 3. TLS keys for the workloads, issued on all cores and stored together.
    using IssuerDirectory issuers = new(store, clock);
    await IssueAsync(store, await issuers.FindAuthorityAsync("mesh-ca", mesh: null, @namespace: null, cancel));

    // 4. A secret of another kind.
    SecretId tokenId = new("registry-token", SecretId.DefaultMesh);
    using Secret token = new(
        new SecretMetadata { Id = tokenId, Type = SecretType.Opaque },
        new SecretData().Set(DataKey.Value, Encoding.UTF8.GetBytes("not so secret in an example")));
    await store.PutAsync(new SecretWrite(token, WriteMode.CreateOrUpdate), cancel);
    Say("Secret kept", tokenId.ToString());

    // 5. What the workloads are to trust, as a file.
    await ExportTrustBundleAsync(store);
    bool valid = await VerifyKeysAsync(store);

    // 6. Twenty hours later: certificates of a day are due after two thirds of their life.
    clock.Advance(TimeSpan.FromHours(20));
    bool renewed = await RotateAsync(store, issuers);
    bool validAgain = await VerifyKeysAsync(store);

    // 7. Every record and the audit trail are authenticated.
    bool intact = await VerifyStoreAsync(store);
    return valid && renewed && validAgain && intact ? 0 : 1;
}
finally
{
    if (isTemporary)
    {
        Directory.Delete(folder, recursive: true);
    }
}

async Task CreateAuthoritiesAsync(EmbeddedStore store)
{
    SecretId rootId = new("root-ca");
    SecretId meshId = new("mesh-ca");
    using CertificateAuthority root = CertificateAuthority.CreateRoot(
        rootId.ToString(),
        new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Example Root,O=Example") },
        PrivateKey.Generate(KeyAlgorithm.P256),
        clock);
    using CertificateAuthority mesh = root.CreateIntermediate(
        meshId.ToString(),
        new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Example Mesh,O=Example") },
        PrivateKey.Generate(KeyAlgorithm.P256));

    using Secret rootSecret = AuthoritySecret.Create(rootId, root, ImmutableSortedDictionary<string, string>.Empty, issuer: null);
    using Secret meshSecret = AuthoritySecret.Create(meshId, mesh, ImmutableSortedDictionary<string, string>.Empty, root.Reference);
    await store.PutAsync(new SecretWrite(rootSecret, WriteMode.CreateOrUpdate), cancel);
    await store.PutAsync(new SecretWrite(meshSecret, WriteMode.CreateOrUpdate), cancel);
    Say("Authorities", $"{root.Certificate.Subject}  >  {mesh.Certificate.Subject}");
}

async Task IssueAsync(EmbeddedStore store, ICertificateIssuer issuer)
{
    string[] services = ["web", "cart", "payment", "stock", "mail"];
    IReadOnlyList<TlsKeyResult<string>> results = await TlsKeyBatch.RunAsync(
        store,
        services,
        (service, token) => TlsKeyIssuance.IssueAsync(
            new TlsKeyOrder
            {
                Id = new SecretId(service, SecretId.DefaultMesh),
                Names = SubjectAlternativeNames.Create([$"{service}.shop.svc"], [$"spiffe://default/{service}"]),
                Profile = CertificateProfile.Workload,
            },
            issuer,
            token),
        (_, secret) => new SecretWrite(secret, WriteMode.CreateOrUpdate),
        Environment.ProcessorCount,
        cancel);
    foreach (TlsKeyResult<string> result in results)
    {
        // One that fails stops no other, so each has its own outcome.
        Say("Issued", result.Error?.Message ?? $"{result.Metadata!.Id} until {result.Metadata.Certificate!.NotAfter:u}");
    }
}

async Task ExportTrustBundleAsync(EmbeddedStore store)
{
    using Secret root = await store.GetRequiredAsync(new SecretId("root-ca"), cancel);
    TrustBundle bundle = TrustBundle.Create(TlsKeySecret.ReadChain(root), clock.GetUtcNow());
    string path = Path.Combine(folder, "trust-bundle.pem");
    MaterialFile.WritePublic(path, PemWriter.EncodeCertificates([.. bundle.Certificates.Select(certificate => certificate.Encoded)]), overwrite: true);
    Say("Trust bundle", path);
}

async Task<bool> VerifyKeysAsync(EmbeddedStore store)
{
    int verified = 0;
    bool all = true;
    await foreach (SecretMetadata key in store.ListAsync(new SecretQuery { Types = [SecretType.Tls] }, cancel))
    {
        using Secret secret = await store.GetRequiredAsync(key.Id, cancel);
        ImmutableArray<CertificateInfo> chain = TlsKeySecret.ReadChain(secret);
        ChainResult result = ChainBuilder.Build(chain[0], chain[1..], TlsKeySecret.ReadRoots(secret), clock.GetUtcNow());
        verified += result.IsValid ? 1 : 0;
        all &= result.IsValid;
        foreach (ChainFailure failure in result.Failures)
        {
            Say("Chain broken", $"{key.Id}: {failure.Message}");
        }
    }

    Say("Chains verified", verified.ToString(CultureInfo.InvariantCulture));
    return all && verified > 0;
}

async Task<bool> RotateAsync(EmbeddedStore store, IssuerDirectory issuers)
{
    LeafRotation rotation = new(store, issuers, clock);
    List<RotationItem> due = [];
    await foreach (RotationItem item in rotation.PlanAsync(SecretQuery.All, new RotationPolicy(), cancel))
    {
        due.Add(item);
    }

    bool all = due.Count > 0;
    await foreach (RotationResult result in rotation.RunAsync(due, new RotationOptions(), cancel))
    {
        all &= result.Status == RotationStatus.Renewed;
        Say(result.Status.ToString(), result.Error?.Message ?? $"{result.Item.Secret.Id} until {result.Metadata!.Certificate!.NotAfter:u} ({result.Item.Reason.Message})");
    }

    return all;
}

async Task<bool> VerifyStoreAsync(EmbeddedStore store)
{
    int findings = 0;
    await foreach (StoreFinding finding in store.VerifyAsync(cancel))
    {
        findings++;
        Say(finding.FindingId, $"{finding.Item}: {finding.Message}");
    }

    Say("Store verified", findings == 0 ? "every record and the audit trail are intact" : $"{findings} findings");
    return findings == 0;
}

static void Say(string what, string text) => Console.WriteLine($"{what,-16} {text}");
