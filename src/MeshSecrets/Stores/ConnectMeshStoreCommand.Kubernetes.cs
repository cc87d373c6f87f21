using System.Management.Automation;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Commands;

/// <content>Clusters.</content>
public sealed partial class ConnectMeshStoreCommand
{
    private const string KubernetesSet = "Kubernetes";
    private const string InClusterSet = "InCluster";

    /// <summary>Connects a Kubernetes cluster, whose Secrets are the store's secrets.</summary>
    [Parameter(Mandatory = true, ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    public SwitchParameter Kubernetes { get; set; }

    /// <summary>The kubeconfig, taken literally; several count as one, in which the first to name something wins. Without it, those in the environment variable KUBECONFIG, or else ~/.kube/config.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [ValidateNotNullOrEmpty]
    public string[] Kubeconfig { get; set; } = [];

    /// <summary>The kubeconfig's context; without it, the current one.</summary>
    [Parameter(ParameterSetName = KubernetesSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KubeconfigContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>Connects the cluster in which this runs, as the service account of its Pod.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InClusterSet)]
    public SwitchParameter InCluster { get; set; }

    /// <summary>The only namespaces that are listed, the first one being the usual one. Without it, all are listed, and the context's namespace is the usual one.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    [ArgumentCompleter(typeof(ClusterNamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Namespace { get; set; } = [];

    /// <summary>The namespace in which secrets of a mesh lie that name no other; usually kuma-system.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    [ArgumentCompleter(typeof(ClusterNamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string MeshNamespace { get; set; } = KubernetesStoreOptions.UsualMeshNamespace;

    /// <summary>The user to act for, if you may impersonate: a name, or system:serviceaccount:namespace:name.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    [ValidateNotNullOrEmpty]
    public string? ImpersonateUser { get; set; }

    /// <summary>The groups of the user to act for.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    [ValidateNotNullOrEmpty]
    public string[] ImpersonateGroup { get; set; } = [];

    /// <summary>The field manager under which the cluster notes what is written; usually meshsecrets.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    [ValidateLength(1, 128)]
    public string FieldManager { get; set; } = KubernetesStoreOptions.UsualFieldManager;

    /// <summary>Takes over fields that another field manager owns. Without it, that is an error, which names the manager.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    public SwitchParameter ForceConflicts { get; set; }

    /// <summary>How many requests are under way at once; usually 8.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    [ValidateRange(1, 256)]
    public int MaxConnections { get; set; } = 8;

    /// <summary>The time for one try of a request; usually 30s.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>How long a request is repeated while the server cannot be reached, restarts, or asks for patience; usually 1m.</summary>
    [Parameter(ParameterSetName = KubernetesSet)]
    [Parameter(ParameterSetName = InClusterSet)]
    [Duration]
    public TimeSpan? RetryTimeout { get; set; }

    private MeshStore ConnectCluster()
    {
        KubernetesConnection connection = LoadConnection();
        try
        {
            EnsureNameFree(connection.Location);
            foreach (string warning in connection.Warnings)
            {
                WriteWarning(warning);
            }

            KubernetesStoreOptions options = new()
            {
                Connection = connection,
                Namespaces = [.. Namespace],
                MeshNamespace = MeshNamespace,
                FieldManager = FieldManager,
                ForceConflicts = ForceConflicts,
                MaxConnections = MaxConnections,
                TimeProvider = Time,
                OnRequest = RequestLog.Tell,
            };
            options = options with { Timeout = Timeout ?? options.Timeout, RetryFor = RetryTimeout ?? options.RetryFor };
            return Register(Run(ct => KubernetesStore.OpenAsync(options, ct)), connection.Context);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private KubernetesConnection LoadConnection()
    {
        if (ImpersonateUser is null && ImpersonateGroup.Length > 0)
        {
            throw SessionErrors.ImpersonatedUserMissing();
        }

        Impersonation? impersonation = ImpersonateUser is null ? null : new Impersonation { User = ImpersonateUser, Groups = ImpersonateGroup };
        return InCluster
            ? InClusterConfiguration.Load(impersonation: impersonation)
            : MeshSecrets.Stores.Kubernetes.Connecting.Kubeconfig.Load(new KubeconfigOptions
            {
                Paths = [.. Kubeconfig.Select(FilePaths.Literal)],
                Context = Context,
                Impersonation = impersonation,
                CurrentFolder = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
            });
    }
}
