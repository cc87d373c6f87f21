using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Kubernetes;
using MeshSecrets.Meshes.Kubernetes.Roles;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Stores.Kubernetes.Roles;

namespace MeshSecrets.Tests.Stores.Kubernetes.Roles;

/// <summary>A namespace of a real cluster with an authority and a TLS key, and users with roles.</summary>
internal sealed class RoleCluster : IAsyncDisposable
{
    internal const string Authority = "mesh-ca";
    internal const string Key = "web";

    private readonly TestCluster _cluster;
    private readonly List<KubernetesStore> _stores = [];
    private int _users;

    private RoleCluster(TestCluster cluster, string @namespace) => (_cluster, Namespace) = (cluster, @namespace);

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal string Namespace { get; }

    internal KubernetesStore Admin { get; private set; } = null!;

    internal TestCluster Cluster => _cluster;

    internal static async Task<RoleCluster> CreateAsync(SharedCluster shared)
    {
        TestCluster cluster = await shared.GetAsync();
        RoleCluster made = new(cluster, await cluster.CreateNamespaceAsync());
        made.Admin = await made.OpenAsync(cluster.KubeconfigPath);
        using CertificateAuthority root = CertificateAuthority.CreateRoot(
            made.Id(Authority).ToString(), new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Mesh") }, PrivateKey.Generate(KeyAlgorithm.P256), TimeProvider.System);
        using Secret secret = AuthoritySecret.Create(made.Id(Authority), root, ImmutableSortedDictionary<string, string>.Empty, issuer: null);
        await made.Admin.PutAsync(new SecretWrite(secret, WriteMode.Create), Cancel);
        await IssueAsync(made.Admin, Key);
        return made;
    }

    internal SecretId Id(string name) => new(name, mesh: null, Namespace);

    /// <summary>A store of a user; for the whole cluster, or for the namespace alone.</summary>
    internal async Task<KubernetesStore> OpenAsync(string kubeconfig, bool wide = false)
    {
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [kubeconfig], Namespace = Namespace });
        KubernetesStore store = await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = connection, Namespaces = wide ? [] : [Namespace], RetryFor = TimeSpan.FromSeconds(5) }, Cancel);
        _stores.Add(store);
        return store;
    }

    /// <summary>A new user with a role, once the server knows of it.</summary>
    internal async Task<KubernetesStore> UserAsync(StoreRole role, Func<RoleOrder, RoleOrder>? change = null, bool wide = false)
    {
        string user = string.Create(CultureInfo.InvariantCulture, $"{Namespace}-user-{++_users}");
        RoleOrder order = new() { Role = role with { Name = $"{role.Name}{_users}" }, Namespaces = [Namespace], Subjects = [RoleSubject.Parse($"User:{user}")] };
        return await OpenAsync(await CreateUserAsync(_cluster, user, change?.Invoke(order) ?? order), wide);
    }

    /// <summary>The kubeconfig of a new user with a role, once the server knows of it.</summary>
    internal static async Task<string> CreateUserAsync(TestCluster cluster, string user, RoleOrder order)
    {
        string kubeconfig = await cluster.CreateUserAsync(user, @namespace: order.Namespaces[0]);
        using MemoryStream yaml = new();
        ManifestWriter.WriteYaml(RoleManifests.Create(order), yaml);
        await cluster.KubectlAsync(["apply", "-f", "-"], Encoding.UTF8.GetString(yaml.ToArray()));
        RoleRule last = order.WithWorkloads ? StoreRoles.Workloads : order.Role.LimitTo(order.Names).Rules[^1];
        while (!await IsAllowedAsync(cluster, user, order.Namespaces[0], last))
        {
            Cancel.ThrowIfCancellationRequested(); // The server's authorizer learns of roles by a watch, in some milliseconds.
        }

        return kubeconfig;
    }

    internal static async Task<SecretMetadata> IssueAsync(KubernetesStore store, string name, WriteMode mode = WriteMode.Create)
    {
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        ICertificateIssuer issuer = await issuers.FindAuthorityAsync(Authority, mesh: null, store.UsualNamespace, Cancel);
        TlsKeyOrder order = new() { Id = store.PlaceOf(new SecretId(name)), Names = SubjectAlternativeNames.Create([$"{name}.shop"]), Profile = CertificateProfile.Server };
        using Secret secret = (await TlsKeyIssuance.IssueAsync(order, issuer, Cancel)).Secret;
        return await store.PutAsync(new SecretWrite(secret, mode), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (KubernetesStore store in _stores)
        {
            await store.DisposeAsync();
        }
    }

    private static async Task<bool> IsAllowedAsync(TestCluster cluster, string user, string @namespace, RoleRule rule)
    {
        using HttpResponseMessage answer = await cluster.Http.PostAsJsonAsync(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            new
            {
                apiVersion = "authorization.k8s.io/v1",
                kind = "SubjectAccessReview",
                spec = new { user, resourceAttributes = new { @namespace, group = rule.Group, resource = rule.Resources[^1], verb = rule.Verbs[^1], name = rule.Names.FirstOrDefault() } },
            },
            Cancel);
        answer.EnsureSuccessStatusCode();
        JsonElement review = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return review.GetProperty("status").GetProperty("allowed").GetBoolean();
    }
}
