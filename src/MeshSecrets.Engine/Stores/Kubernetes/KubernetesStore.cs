using System.Text.Json;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Stores.Kubernetes.Resources;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>
/// Secrets in a Kubernetes cluster, as Secrets that kubectl and meshes read. Writes are by server-side apply under a
/// field manager of their own, on the condition that nobody changed the secret meanwhile; listings read metadata only.
/// </summary>
public sealed partial class KubernetesStore : INamespacedStore, IParallelStore, IDryRunStore, IWatchableStore
{
    /// <summary>The kind of these stores.</summary>
    public const string KindName = "Kubernetes";

    private readonly KubernetesStoreOptions _options;
    private readonly KubernetesClient _client;
    private readonly SecretMapping _mapping;
    private readonly SecretMemory _memory;
    private readonly ApiCatalog _catalog;
    private readonly KubernetesStore? _dryRunOf;

    private KubernetesStore(KubernetesStoreOptions options, KubernetesClient client, SecretMemory memory, KubernetesStore? dryRunOf, ApiCatalog? catalog = null)
    {
        _options = options;
        _client = client;
        _memory = memory;
        _mapping = new SecretMapping(options.FieldManager);
        _catalog = catalog ?? new ApiCatalog(client);
        _dryRunOf = dryRunOf;
    }

    /// <summary>Connects to a cluster, and asks it once whether it is there and accepts the credential.</summary>
    /// <param name="options">Which cluster, and how it is used.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The store.</returns>
    /// <exception cref="MeshException"><c>NamespaceInvalid</c>, <c>KubernetesUnreachable</c>, <c>KubernetesUnauthorized</c>, or what is wrong with the connection.</exception>
    public static Task<KubernetesStore> OpenAsync(KubernetesStoreOptions options, CancellationToken cancellationToken) =>
        OpenAsync(options, through: handler => handler, cancellationToken);

    /// <summary>The same, with something between the store and the cluster.</summary>
    internal static async Task<KubernetesStore> OpenAsync(KubernetesStoreOptions options, Func<HttpMessageHandler, HttpMessageHandler> through, CancellationToken cancellationToken)
    {
        options.EnsureValid();
        KubernetesClientOptions clientOptions = new()
        {
            Timeout = options.Timeout,
            RetryFor = options.RetryFor,
            TimeProvider = options.TimeProvider,
            OnRequest = options.OnRequest,
            Explain = exception => ConnectionErrors.From(exception, options.Connection),
        };
        KubernetesClient client = new(through(options.Connection.CreateHandler(options.MaxConnections, options.TimeProvider)), options.Connection.Server, clientOptions);
        try
        {
            // Who asks for its own rights needs none, but must be somebody: it proves the credential.
            ApiRequest probe = new(HttpMethod.Post, AccessReviews.Path, AccessReviews.Target) { IsImpatient = true, Body = AccessReviews.Body };
            ApiResult<JsonDocument> result = await client.SendAsync(probe, KubernetesJson.Default.JsonDocument, cancellationToken).ConfigureAwait(false);
            using JsonDocument? answer = result.Value;
            if (result.Failure is { } failure && AccessReviews.IsOfNobody(failure))
            {
                throw KubernetesErrors.Anonymous(options.Connection.User, options.Connection.Server.ToString());
            }

            if (result.Failure is { } refusal && !AccessReviews.IsOfSomebody(refusal))
            {
                throw KubernetesErrors.From(refusal, probe, options.Connection.Server.ToString());
            }

            return new KubernetesStore(options, client, new SecretMemory(), dryRunOf: null);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <summary>The server's address with the context: one server may be connected by several users at once.</summary>
    public string Location => Connection.Location;

    /// <summary>How the cluster is reached, and as whom.</summary>
    public KubernetesConnection Connection => _options.Connection;

    /// <inheritdoc/>
    public string UsualNamespace => _options.Namespaces is [{ } first, ..] ? first : _options.Connection.Namespace;

    /// <inheritdoc/>
    public ISecretStore Everywhere => _options.Namespaces.IsDefaultOrEmpty ? this : new KubernetesStore(_options with { Namespaces = [] }, _client, _memory, _dryRunOf, _catalog);

    /// <inheritdoc/>
    public int MaxConcurrency => _options.MaxConnections;

    /// <inheritdoc/>
    public ISecretStore DryRun => _dryRunOf is null ? new KubernetesStore(_options, _client, _memory, this, _catalog) : this;

    /// <inheritdoc/>
    public SecretId Place(SecretId id) => id switch
    {
        { Namespace: not null } => id,
        { Mesh: not null } => new SecretId(id.Name, id.Mesh, _options.MeshNamespace),
        _ => new SecretId(id.Name, mesh: null, UsualNamespace),
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (_dryRunOf is null)
        {
            _client.Dispose();
            _options.Connection.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Parameters of a write: the manager, and whether it is tried only.</summary>
    private string WriteQuery => $"?fieldManager={Uri.EscapeDataString(_options.FieldManager)}{(_dryRunOf is null ? "" : "&dryRun=All")}";

    private string[]? DryRunOption => _dryRunOf is null ? null : ["All"];

    private static string PathOf(string? @namespace) =>
        @namespace is null ? "/api/v1/secrets" : $"/api/v1/namespaces/{Uri.EscapeDataString(@namespace)}/secrets";

    private static string PathOf(SecretId id) => $"{PathOf(id.Namespace)}/{Uri.EscapeDataString(id.Name)}";

    private static ApiTarget TargetOf(string verb, string? @namespace, string? name = null) => new(verb, Group: "", "secrets", @namespace, name);

    private static ApiTarget TargetOf(string verb, SecretId id) => TargetOf(verb, id.Namespace, id.Name);
}
