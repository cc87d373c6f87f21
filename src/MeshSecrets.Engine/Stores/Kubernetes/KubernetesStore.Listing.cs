using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Listing: pages of metadata, and the values of those secrets only that others wrote, once.</content>
public sealed partial class KubernetesStore
{
    private const int PageSize = 500;

    // How often in a row a server may forget a listing that gets no further.
    private const int MaxExpirations = 8;

    private static readonly string?[] s_all = [null];

    /// <inheritdoc/>
    public async IAsyncEnumerable<SecretMetadata> ListAsync(SecretQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SecretQuery placed = PlaceQuery(query);
        List<string> empty = [];
        foreach (string? @namespace in ScopesOf(placed))
        {
            bool any = false;
            foreach (string? type in TypesOf(placed))
            {
                await foreach (SecretMetadata metadata in ListAsync(placed, @namespace, type, cancellationToken).ConfigureAwait(false))
                {
                    any = true;
                    yield return metadata;
                }
            }

            if (!any && @namespace is not null && (NamespaceOf(placed) is not null || _options.Namespaces.Contains(@namespace)))
            {
                empty.Add(@namespace);
            }
        }

        // To the server, a namespace that does not exist is one without secrets. Last, so that the others are listed.
        foreach (string @namespace in empty)
        {
            await EnsureNamespaceAsync(@namespace, cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<SecretMetadata> ListAsync(SecretQuery query, string? @namespace, string? type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (IReadOnlyList<(ObjectMeta Metadata, string Type)> page in ReadPagesAsync(query, @namespace, type, cancellationToken).ConfigureAwait(false))
        {
            foreach (SecretMetadata metadata in await DescribeAsync(query, page, cancellationToken).ConfigureAwait(false))
            {
                yield return metadata;
            }
        }
    }

    /// <summary>Reads pages of metadata, one ahead of what is asked for.</summary>
    private async IAsyncEnumerable<IReadOnlyList<(ObjectMeta Metadata, string Type)>> ReadPagesAsync(
        SecretQuery query, string? @namespace, string? type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string selection = SelectionOf(query, type);
        using CancellationTokenSource left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<SecretPage>? next = ReadPageAsync(@namespace, type, selection, token: null, left.Token);
        string last = "";
        int expirations = 0;
        try
        {
            while (next is not null)
            {
                SecretPage page = await next.ConfigureAwait(false);
                next = null;
                if (page.IsExpired)
                {
                    // The server has forgotten the list that was begun. It goes on with the token that it gives instead, of a later
                    // moment, or starts anew; what was given is not given again.
                    // https://kubernetes.io/docs/reference/using-api/api-concepts/#410-gone-responses
                    if (++expirations > MaxExpirations)
                    {
                        throw KubernetesErrors.ListExpired(PlaceOf(@namespace));
                    }

                    next = ReadPageAsync(@namespace, type, selection, page.Continue, left.Token);
                    continue;
                }

                next = page.Continue is null ? null : ReadPageAsync(@namespace, type, selection, page.Continue, left.Token);
                (ObjectMeta Metadata, string Type)[] fresh = [.. page.Items.Where(item => string.CompareOrdinal(KeyOf(item.Metadata), last) > 0)];
                if (fresh.Length > 0)
                {
                    last = KeyOf(fresh[^1].Metadata);
                    expirations = 0;
                    yield return fresh;
                }
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            if (next is not null)
            {
                await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
            }
        }
    }

    private async Task<SecretPage> ReadPageAsync(string? @namespace, string? type, string selection, string? token, CancellationToken cancellationToken)
    {
        string path = $"{PathOf(@namespace)}?limit={PageSize}{selection}{(token is null ? "" : $"&continue={Uri.EscapeDataString(token)}")}";
        ApiRequest request = new(HttpMethod.Get, path, TargetOf("list", @namespace)) { Accept = type is null ? ApiRequest.TableOfMetadata : ApiRequest.MetadataList };
        SecretPage? page;
        ApiStatus? failure;
        if (type is null)
        {
            ApiResult<TablePage> result = await _client.SendAsync(request, KubernetesJson.Default.TablePage, cancellationToken).ConfigureAwait(false);
            (page, failure) = (result.Value is null ? null : SecretPage.Of(result.Value), result.Failure);
        }
        else
        {
            ApiResult<MetadataPage> result = await _client.SendAsync(request, KubernetesJson.Default.MetadataPage, cancellationToken).ConfigureAwait(false);
            (page, failure) = (result.Value is null ? null : SecretPage.Of(result.Value, type), result.Failure);
        }

        return page ?? (failure is { StatusCode: HttpStatusCode.Gone } && token is not null
            ? SecretPage.Expired(failure)
            : throw KubernetesErrors.From(failure!, request, PlaceOf(@namespace)));
    }

    private static string PlaceOf(string? @namespace) => @namespace is null ? "the secrets of all namespaces" : $"the secrets of namespace {@namespace}";

    /// <summary>Turns a page into what was asked for. Certificates that others wrote are read, several at once.</summary>
    private async Task<IReadOnlyList<SecretMetadata>> DescribeAsync(SecretQuery query, IReadOnlyList<(ObjectMeta Metadata, string Type)> page, CancellationToken cancellationToken)
    {
        SecretMetadata?[] described = new SecretMetadata?[page.Count];
        List<int> unknown = [];
        for (int i = 0; i < page.Count; i++)
        {
            (ObjectMeta metadata, string type) = page[i];
            SecretId id = SecretMapping.IdOf(metadata, type);
            if (!query.Matches(id))
            {
                continue;
            }

            if (ContentOf(metadata, type) is { } content)
            {
                described[i] = _mapping.ToMetadata(metadata, type, content.IsImmutable, content.Certificate, content.DataKeys);
            }
            else
            {
                unknown.Add(i);
            }
        }

        ParallelOptions options = new() { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(unknown, options, async (i, token) =>
        {
            using Secret? read = await ReadAsync(SecretMapping.IdOf(page[i].Metadata, page[i].Type), token).ConfigureAwait(false);
            described[i] = read?.Metadata; // None if it went meanwhile.
        }).ConfigureAwait(false);
        return [.. described.OfType<SecretMetadata>().Where(query.Matches)];
    }

    /// <summary>What the metadata alone tells of a secret's values, or what was read of them before; <see langword="null"/> if they must be read.</summary>
    private SecretContent? ContentOf(ObjectMeta metadata, string type) =>
        _memory.Find(metadata.Uid, metadata.ResourceVersion)
        ?? (HasCertificate(type) && _mapping.StateOf(metadata).Owners.TellsImmutable ? null : ContentByMetadata(metadata, type)); // Nobody shall plan to renew what is immutable.

    private SecretContent? ContentByMetadata(ObjectMeta metadata, string type)
    {
        FieldOwners owners = _mapping.StateOf(metadata).Owners;
        if (owners.DataKeys is not { } keys)
        {
            return null;
        }

        if (!HasCertificate(type))
        {
            return new SecretContent(metadata.ResourceVersion ?? "", Certificate: null, [.. keys]);
        }

        return owners.AloneHas(DataKey.Certificate) && metadata.Annotations is { } annotations
            && annotations.Keys.Where(CertificateAnnotations.IsOne).All(owners.AloneHasAnnotation)
            && CertificateAnnotations.TryRead(annotations) is { } certificate
            ? new SecretContent(metadata.ResourceVersion ?? "", certificate, [.. keys])
            : null;
    }

    /// <summary>The query in terms of this store, in which what names no scope stands in the usual namespace.</summary>
    private SecretQuery PlaceQuery(SecretQuery query) =>
        query.GlobalOnly ? query with { GlobalOnly = false, Namespace = UsualNamespace } : query;

    private IEnumerable<string?> ScopesOf(SecretQuery query) =>
        NamespaceOf(query) is { } wanted ? [wanted]
        : _options.Namespaces.IsDefaultOrEmpty ? s_all
        : _options.Namespaces.Concat(query.Mesh is null ? [] : [_options.MeshNamespace]).Distinct().Cast<string?>(); // Where -Mesh alone writes, it reads.

    /// <summary>The one namespace that a query names; <see langword="null"/> for a pattern, or none.</summary>
    private static string? NamespaceOf(SecretQuery query) => query.Namespace is { } named && !named.AsSpan().ContainsAny('*', '?') ? named : null;

    // Resources are no secrets here.
    private static IEnumerable<string?> TypesOf(SecretQuery query) =>
        query.Types.IsDefaultOrEmpty ? s_all : query.Types.Where(type => type != SecretType.Resource).Distinct().Cast<string?>();

    /// <summary>What of a query the server can select by; the rest is done here.</summary>
    private static string SelectionOf(SecretQuery query, string? type)
    {
        List<string> fields = [];
        if (type is not null)
        {
            fields.Add($"type={EscapeField(type)}");
        }

        if (query.Names is [{ } name] && !name.AsSpan().ContainsAny('*', '?'))
        {
            fields.Add($"metadata.name={EscapeField(name)}");
        }

        return Parameter("fieldSelector", fields) + Parameter("labelSelector", [.. query.Labels.Select(SelectorOf)]);
    }

    private static string SelectorOf(KeyValuePair<string, string> label) =>
        !LabelText.IsKey(label.Key) ? throw KubernetesErrors.LabelInvalid(label.Key, label.Value)
        : label.Value == "*" ? label.Key
        : LabelText.IsValue(label.Value) ? $"{label.Key}={label.Value}"
        : throw KubernetesErrors.LabelInvalid(label.Key, label.Value);

    /// <summary>A value in a field selector, in which a comma would begin the next one.</summary>
    /// <remarks>As <see href="https://pkg.go.dev/k8s.io/apimachinery/pkg/fields#EscapeValue"/>.</remarks>
    private static string EscapeField(string value) =>
        value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(",", @"\,", StringComparison.Ordinal).Replace("=", @"\=", StringComparison.Ordinal);

    private static string Parameter(string name, List<string> terms) => terms.Count == 0 ? "" : $"&{name}={Uri.EscapeDataString(string.Join(',', terms))}";

    /// <summary>What the server's order goes by: its key of an object.</summary>
    private static string KeyOf(ObjectMeta metadata) => $"{metadata.Namespace}/{metadata.Name}";
}
