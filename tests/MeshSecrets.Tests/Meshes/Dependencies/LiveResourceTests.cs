using System.Text;
using MeshSecrets.Kubernetes;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Tests.Stores.Kubernetes;

namespace MeshSecrets.Tests.Meshes.Dependencies;

/// <summary>The resources of a cluster are seen and applied as stored ones are elsewhere.</summary>
public sealed class LiveResourceTests(MeshCluster meshes) : IClassFixture<MeshCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_live_Mesh_uses_its_secret_and_a_live_Gateway_its_credential()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync(options => options with { MeshNamespace = "kuma-system" });
        await using (store)
        {
            string mesh = $"m-{ns}";
            await ApplyAsync($$"""
                apiVersion: kuma.io/v1alpha1
                kind: Mesh
                metadata: { name: {{mesh}} }
                spec: { mtls: { enabledBackend: ca-1, backends: [ { name: ca-1, type: provided, conf: { cert: { secret: ca-cert }, key: { secret: ca-key } } } ] } }
                ---
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: { name: shop, namespace: {{ns}} }
                spec: { servers: [ { port: { number: 443 }, hosts: ["*"], tls: { mode: SIMPLE, credentialName: shop-cert } } ] }
                """);
            StoreUses uses = new(store);
            StoreUser user = Assert.Single(await uses.FindAsync(Opaque(new SecretId("ca-cert", mesh, "kuma-system")), Token));
            Assert.Equal($"Mesh {mesh}", user.Name);
            Assert.Empty(await uses.FindAsync(Opaque(new SecretId("ca-cert", "other", "kuma-system")), Token));
            StoreUser gateway = Assert.Single(await uses.FindAsync(Opaque(new SecretId("shop-cert", mesh: null, ns)), Token));
            Assert.Equal($"namespace/{ns}/gateway.shop", gateway.Id.ToString());
            Assert.Empty(uses.Denied);
        }
    }

    [Fact]
    public async Task Who_may_not_look_is_not_told_that_nobody_uses_it()
    {
        ClusterPrograms.SkipIfMissing();
        string alice = await meshes.Cluster.CreateUserAsync("blind");
        (KubernetesStore store, string ns) = await meshes.OpenAsync(kubeconfig: alice);
        await using (store)
        {
            StoreUses uses = new(store);
            Assert.Empty(await uses.FindAsync(Opaque(new SecretId("shop-cert", mesh: null, ns)), Token));
            Assert.Contains(uses.Denied, denied => denied.Message.Contains("may not list gateways of networking.istio.io", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_connection_that_is_limited_to_namespaces_does_not_hide_the_users_in_others()
    {
        (KubernetesStore store, _) = await meshes.OpenAsync(Limited);
        await using (store)
        {
            string other = await meshes.Cluster.CreateNamespaceAsync();
            await ApplyAsync(Gateway(other));
            StoreUses uses = new(store);
            Assert.Contains(await uses.FindAsync(Opaque(new SecretId("far-cert", mesh: null, other)), Token), user => user.Id.ToString() == $"namespace/{other}/gateway.shop");
            Assert.Empty(uses.Denied);
        }
    }

    [Fact]
    public async Task Who_may_not_look_beyond_the_connections_namespaces_is_told_so_and_of_the_users_in_them()
    {
        ClusterPrograms.SkipIfMissing();
        string user = await meshes.Cluster.CreateUserAsync("short-sighted");
        (KubernetesStore store, string ns) = await meshes.OpenAsync(Limited, user);
        await using (store)
        {
            await meshes.Cluster.KubectlAsync("create", "role", "gateways", "-n", ns, "--verb=list", "--resource=gateways.networking.istio.io");
            await meshes.Cluster.KubectlAsync("create", "rolebinding", "gateways", "-n", ns, "--role=gateways", "--user=short-sighted");
            await ApplyAsync(Gateway(ns));
            StoreUses uses = new(store);
            Assert.Single(await uses.FindAsync(Opaque(new SecretId("far-cert", mesh: null, ns)), Token));
            Assert.Contains(uses.Unseen, denied => denied.Message.Contains("may not list gateways of networking.istio.io in all namespaces", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_import_does_not_undo_what_another_one_did_since_it_looked()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            string mesh = $"raced-{ns}";
            string first = $"type: Mesh\nname: {mesh}\nmtls:\n  enabledBackend: ca-1\n  backends:\n  - {{name: ca-1, type: builtin}}\n";
            await using KubernetesStore second = await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = store.Connection }, Interfere, Token);
            await ImportAsync(store, first, overwrite: false);
            Assert.Equal([ImportStatus.Refused], await ImportAsync(second, first.Replace("builtin", "provided", StringComparison.Ordinal), overwrite: true));
            Assert.Equal("other", await meshes.Cluster.KubectlAsync("get", "mesh", mesh, "-o", "jsonpath={.spec.mtls.backends[0].type}"));

            FaultHandler Interfere(HttpMessageHandler inner) => new(inner)
            {
                Choose = (request, _) => request.Method != HttpMethod.Patch ? null : async (send, _) =>
                {
                    await ImportAsync(store, first.Replace("builtin", "other", StringComparison.Ordinal), overwrite: true);
                    return await send();
                },
            };
        }
    }

    private static KubernetesStoreOptions Limited(KubernetesStoreOptions options) => options with { Namespaces = [options.Connection.Namespace] };

    private static string Gateway(string ns) => $$"""
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: { name: shop, namespace: {{ns}} }
        spec: { servers: [ { port: { number: 443 }, hosts: ["*"], tls: { mode: SIMPLE, credentialName: far-cert } } ] }
        """;

    [Fact]
    public async Task A_config_map_with_the_root_trusts_the_authority()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            string pem = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(meshes.Cluster.KubeconfigPath)!, "pki/ca.crt"), Token);
            await ApplyAsync($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: istio-ca-root-cert, namespace: {ns} }}\ndata: {{ root-cert.pem: \"{pem.Replace("\n", "\\n", StringComparison.Ordinal)}\" }}");
            SecretData data = new();
            data.Set(DataKey.Certificate, Encoding.ASCII.GetBytes(pem));
            using Secret authority = new(new SecretMetadata { Id = new SecretId("root", mesh: null, ns), Type = SecretType.Opaque }, data);
            await store.PutAsync(new SecretWrite(authority, WriteMode.Create), Token);

            DependencyIndex index = new();
            await index.AddStoreAsync(store, "cluster", certificates: true, Token);
            Assert.Contains(index.FindUsers(authority.Id, "cluster", recurse: false), use => use.User == $"ConfigMap {ns}/istio-ca-root-cert" && use.Relation == DependencyRelation.TrustedIn);
        }
    }

    [Fact]
    public async Task An_imported_resource_is_applied_as_what_it_is_and_again_changes_nothing()
    {
        (KubernetesStore store, string ns) = await meshes.OpenAsync();
        await using (store)
        {
            const string First = "type: Mesh\nname: imported\nmtls:\n  enabledBackend: ca-1\n  backends:\n  - {name: ca-1, type: builtin}\n";
            Assert.Equal([ImportStatus.Created], await ImportAsync(store, First, overwrite: false));
            Assert.Equal("builtin", await meshes.Cluster.KubectlAsync("get", "mesh", "imported", "-o", "jsonpath={.spec.mtls.backends[0].type}"));
            Assert.Equal([ImportStatus.Unchanged], await ImportAsync(store, First, overwrite: false));
            string changed = First.Replace("builtin", "provided", StringComparison.Ordinal);
            Assert.Equal([ImportStatus.Refused], await ImportAsync(store, changed, overwrite: false));
            Assert.Equal([ImportStatus.Updated], await ImportAsync(store, changed, overwrite: true));
            Assert.Equal("provided", await meshes.Cluster.KubectlAsync("get", "mesh", "imported", "-o", "jsonpath={.spec.mtls.backends[0].type}"));
            Assert.Equal("", (await meshes.Cluster.KubectlAsync("get", "secrets", "-n", ns, "--field-selector", "type=meshsecrets.io/resource", "-o", "name")).Trim());

            StoredResources resources = new(store);
            (SecretMetadata Metadata, Manifest Resource) found = Assert.NotNull(await resources.FindAsync(new SecretId("mesh.imported"), Token));
            Assert.Equal("global/mesh.imported", found.Metadata.Id.ToString());
            Assert.Null(Assert.Single(await resources.DeleteAllAsync([(found.Metadata, new SecretRemoval(found.Metadata.Id, found.Metadata.ResourceVersion))], Token)));
            Assert.Null(await resources.FindAsync(new SecretId("mesh.imported"), Token));
        }
    }

    private static async Task<ImportStatus[]> ImportAsync(KubernetesStore store, string yaml, bool overwrite)
    {
        ManifestIntake intake = new(ImportScope.Own, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty);
        using Secret secret = intake.Read(ManifestReader.Read(yaml, "mesh.yaml").Single());
        return [.. (await new SecretImport(store, overwrite).StoreAsync([secret], Token)).Select(result => result.Status)];
    }

    private static SecretMetadata Opaque(SecretId id) => new() { Id = id, Type = SecretType.Opaque };

    private Task<string> ApplyAsync(string yaml) => meshes.Cluster.KubectlAsync(["apply", "-f", "-"], yaml);
}
