using System.Collections.Immutable;
using MeshSecrets.Issuers;
using MeshSecrets.Kubernetes;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Roles;

namespace MeshSecrets.Tests.Stores.Kubernetes.Roles;

/// <summary>Each role is enough for its tasks, and for nothing else; and each of its verbs is needed. On a real server, by restricted users.</summary>
public sealed class StoreRoleTests(SharedCluster shared)
{
    private static readonly ResourceType s_configMap = new("", "ConfigMap");

    private static readonly (string Name, Func<KubernetesStore, Task> Do)[] s_jobs =
    [
        ("read", async store => (await store.GetRequiredAsync(store.Place(new SecretId(RoleCluster.Key)), RoleCluster.Cancel)).Dispose()),
        ("list", store => ListAsync(store)),
        ("issue", store => RoleCluster.IssueAsync(store, NewName())),
        ("rotate", RotateAsync),
        ("change", store => ChangeAsync(store)),
        ("overwrite", store => RoleCluster.IssueAsync(store, RoleCluster.Key, WriteMode.CreateOrUpdate)),
        ("remove", RemoveAsync),
    ];

    // What each role is for; and of what it is not for, what is lacking.
    private static readonly Dictionary<string, string[]> s_tasks = new()
    {
        ["ReadOnly"] = ["read", "list"],
        ["Issue"] = ["read", "issue"],
        ["Rotate"] = ["read", "list", "rotate", "change"],
        ["Manage"] = ["read", "list", "issue", "change", "overwrite", "remove"],
    };

    private static readonly Dictionary<(string Role, string Job), string> s_lacks = new()
    {
        [("ReadOnly", "issue")] = "create secrets",
        [("ReadOnly", "rotate")] = "get leases of coordination.k8s.io",
        [("ReadOnly", "change")] = "patch secrets",
        [("ReadOnly", "overwrite")] = "create secrets",
        [("ReadOnly", "remove")] = "delete secrets",
        [("Issue", "list")] = "list secrets",
        [("Issue", "rotate")] = "list secrets",
        [("Issue", "change")] = "patch secrets",
        [("Issue", "overwrite")] = "patch secrets",
        [("Issue", "remove")] = "delete secrets",
        [("Rotate", "issue")] = "create secrets",
        [("Rotate", "overwrite")] = "create secrets",
        [("Rotate", "remove")] = "delete secrets",
        [("Manage", "rotate")] = "get leases of coordination.k8s.io",
    };

    // Verbs that are proven where what uses them is tested.
    private static readonly string[] s_provenElsewhere = ["watch"];

    public static TheoryData<string> Roles => [.. StoreRoles.All.Select(role => role.Name)];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_role_is_enough_for_its_tasks_and_for_no_other(string name)
    {
        await using RoleCluster cluster = await RoleCluster.CreateAsync(shared);
        KubernetesStore store = await cluster.UserAsync(Role(name));

        foreach ((string job, Func<KubernetesStore, Task> work) in s_jobs)
        {
            if (s_tasks[name].Contains(job))
            {
                await work(store);
                continue;
            }

            MeshException refused = await Assert.ThrowsAsync<MeshException>(() => work(store));
            Assert.Equal(("KubernetesForbidden", MeshErrorKind.PermissionDenied), (refused.ErrorId, refused.Kind));
            Assert.Contains($"'{cluster.Namespace}-user-1' may not {s_lacks[(name, job)]} in namespace '{cluster.Namespace}'", refused.Message, StringComparison.Ordinal);
            Assert.Contains("Get-MeshStoreRole", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Without_any_one_of_its_verbs_a_role_is_not_enough(string name)
    {
        await using RoleCluster cluster = await RoleCluster.CreateAsync(shared);
        StoreRole role = Role(name);
        RoleRule secrets = Assert.Single(role.Rules, rule => rule.Group.Length == 0);
        foreach (string verb in secrets.Verbs.Except(s_provenElsewhere))
        {
            await RoleCluster.IssueAsync(cluster.Admin, RoleCluster.Key, WriteMode.CreateOrUpdate); // The last task removes it.
            KubernetesStore store = await cluster.UserAsync(role with { Rules = role.Rules.Replace(secrets, secrets with { Verbs = secrets.Verbs.Remove(verb) }) });
            List<string> lacked = [];
            foreach ((string job, Func<KubernetesStore, Task> work) in s_jobs.Where(job => s_tasks[name].Contains(job.Name)))
            {
                try
                {
                    await work(store);
                }
                catch (MeshException e) when (e.ErrorId == "KubernetesForbidden")
                {
                    lacked.Add(e.Message);
                }
            }

            Assert.Contains(lacked, message => message.Contains($"may not {verb} secrets", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Without_any_one_of_the_verbs_of_leases_nobody_rotates_alone()
    {
        await using RoleCluster cluster = await RoleCluster.CreateAsync(shared);
        StoreRole role = Role("Rotate");
        RoleRule leases = Assert.Single(role.Rules, rule => rule.Resources.Contains("leases"));
        await LeaseAsync(await cluster.UserAsync(role), "lease-of-before"); // And given back.
        foreach (string verb in leases.Verbs)
        {
            KubernetesStore store = await cluster.UserAsync(role with { Rules = role.Rules.Replace(leases, leases with { Verbs = leases.Verbs.Remove(verb) }) });
            string name = verb == "create" ? "lease-of-nobody" : "lease-of-before";
            MeshException refused = await Assert.ThrowsAsync<MeshException>(() => LeaseAsync(store, name));
            Assert.Equal("KubernetesForbidden", refused.ErrorId);
            Assert.Contains($"may not {verb} leases of coordination.k8s.io in namespace '{cluster.Namespace}'", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Reading_resources_needs_each_of_its_verbs()
    {
        await using RoleCluster cluster = await RoleCluster.CreateAsync(shared);
        RoleRule reading = StoreRoles.Reading("", ["configmaps"]);
        (string Verb, Func<KubernetesStore, Task> Do)[] jobs = [("get", FindConfigMapAsync), ("list", ListConfigMapsAsync)];
        Assert.Equal(reading.Verbs.Order(), jobs.Select(job => job.Verb));
        foreach ((string verb, _) in jobs)
        {
            KubernetesStore store = await cluster.UserAsync(new StoreRole("Reading", "", [reading with { Verbs = reading.Verbs.Remove(verb) }]));
            foreach ((string needed, Func<KubernetesStore, Task> work) in jobs)
            {
                if (needed != verb)
                {
                    await work(store);
                    continue;
                }

                MeshException refused = await Assert.ThrowsAsync<MeshException>(() => work(store));
                Assert.Contains($"may not {verb} configmaps in namespace '{cluster.Namespace}'", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_role_for_named_secrets_is_for_no_others()
    {
        await using RoleCluster cluster = await RoleCluster.CreateAsync(shared);
        await RoleCluster.IssueAsync(cluster.Admin, "other");
        KubernetesStore store = await cluster.UserAsync(Role("Manage"), order => order with { Names = [RoleCluster.Key, RoleCluster.Authority] });

        await ChangeAsync(store);
        await RoleCluster.IssueAsync(store, RoleCluster.Key, WriteMode.CreateOrUpdate);
        Assert.Equal([RoleCluster.Key], (await ListAsync(store, RoleCluster.Key)).Select(found => found.Id.Name));
        foreach (Func<Task> forbidden in new Func<Task>[] { () => ListAsync(store), () => ListAsync(store, "other"), () => ChangeAsync(store, "other"), () => store.DeleteAsync(cluster.Id("other"), null, RoleCluster.Cancel) })
        {
            Assert.Equal("KubernetesForbidden", (await Assert.ThrowsAsync<MeshException>(forbidden)).ErrorId);
        }
    }

    [Fact]
    public async Task Who_may_not_list_all_namespaces_is_told_to_name_one()
    {
        await using RoleCluster cluster = await RoleCluster.CreateAsync(shared);
        KubernetesStore store = await cluster.UserAsync(Role("ReadOnly"), wide: true);
        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => ListAsync(store, SecretQuery.All with { Namespace = "kube-system" }));
        Assert.Contains("may not list secrets in namespace 'kube-system'", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("-Namespace", refused.Message, StringComparison.Ordinal);

        refused = await Assert.ThrowsAsync<MeshException>(() => ListAsync(store));
        Assert.Contains("may not list secrets in all namespaces", refused.Message, StringComparison.Ordinal);
        Assert.Contains("-Namespace", refused.Message, StringComparison.Ordinal);
    }

    private static StoreRole Role(string name) => StoreRoles.All.Single(role => role.Name == name);

    private static string NewName() => $"new-{Guid.NewGuid():n}";

    private static Task<List<SecretMetadata>> ListAsync(KubernetesStore store, string name = "*") => ListAsync(store, SecretQuery.All with { Names = name == "*" ? [] : [name] });

    private static async Task<List<SecretMetadata>> ListAsync(KubernetesStore store, SecretQuery query)
    {
        List<SecretMetadata> found = [];
        await foreach (SecretMetadata metadata in store.ListAsync(query, RoleCluster.Cancel))
        {
            found.Add(metadata);
        }

        return found;
    }

    private static async Task RotateAsync(KubernetesStore store)
    {
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        LeafRotation rotation = new(store, issuers, TimeProvider.System);
        List<RotationItem> due = [];
        await foreach (RotationItem item in rotation.PlanAsync(SecretQuery.All with { Names = [RoleCluster.Key] }, new RotationPolicy { All = true }, RoleCluster.Cancel))
        {
            due.Add(item);
        }

        await foreach (RotationResult result in rotation.RunAsync(due, new RotationOptions(), RoleCluster.Cancel))
        {
            if (result.Error is { } error)
            {
                throw error;
            }

            Assert.Equal(RotationStatus.Renewed, result.Status);
        }
    }

    private static async Task ChangeAsync(KubernetesStore store, string name = RoleCluster.Key)
    {
        using Secret secret = await store.GetRequiredAsync(store.Place(new SecretId(name)), RoleCluster.Cancel);
        using Secret changed = new(secret.Metadata with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("changed", NewName()) }, secret.GetData().Clone());
        await store.PutAsync(new SecretWrite(changed, WriteMode.Update), RoleCluster.Cancel);
    }

    private static async Task FindConfigMapAsync(KubernetesStore store) =>
        Assert.Null(await store.GetResourceAsync(s_configMap, store.UsualNamespace, "none", RoleCluster.Cancel));

    private static async Task ListConfigMapsAsync(KubernetesStore store)
    {
        await foreach (ResourceDocument found in store.ListResourcesAsync([new ResourceSelection(s_configMap)], store.UsualNamespace, denied: null, RoleCluster.Cancel))
        {
            Assert.Equal(s_configMap, found.Type);
        }
    }

    private static async Task LeaseAsync(KubernetesStore store, string name)
    {
        await using IStoreLease lease = await store.AcquireLeaseAsync(name, store.UsualNamespace, TimeSpan.FromSeconds(5), RoleCluster.Cancel);
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    private static Task RemoveAsync(KubernetesStore store) => store.DeleteAsync(store.Place(new SecretId(RoleCluster.Key)), null, RoleCluster.Cancel);
}
