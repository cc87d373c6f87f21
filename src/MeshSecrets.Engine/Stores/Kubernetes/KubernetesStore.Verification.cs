using System.Runtime.CompilerServices;
using System.Text.Json;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Roles;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Whether the cluster and its permissions suffice for every task. What is stored, the cluster itself keeps sound.</content>
public sealed partial class KubernetesStore : IVerifiableStore
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreFinding> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ApiRequest version = new(HttpMethod.Get, "/version", new ApiTarget("get", "", "/version", Namespace: null, Name: null));
        ApiResult<ServerVersion> server = await _client.SendAsync(version, KubernetesJson.Default.ServerVersion, cancellationToken).ConfigureAwait(false);
        if (KubernetesFindings.FindTooOld(server.Value ?? throw KubernetesErrors.From(server.Failure!, version, _options.Connection.Server.ToString())) is { } tooOld)
        {
            yield return tooOld;
        }

        string[] namespaces = _options.Namespaces.IsDefaultOrEmpty ? [UsualNamespace] : [.. _options.Namespaces];
        IEnumerable<ApiTarget> targets = namespaces.SelectMany(_ => StoreRoles.All.SelectMany(role => role.Rules), (@namespace, rule) => (@namespace, rule))
            .SelectMany(each => each.rule.Verbs, (each, verb) => new ApiTarget(verb, each.rule.Group, each.rule.Resources[0], each.@namespace, Name: null))
            .Distinct();
        foreach (ApiTarget[] some in targets.Chunk(MaxConcurrency))
        {
            bool[] allowed = await Task.WhenAll(some.Select(target => IsAllowedAsync(target, cancellationToken))).ConfigureAwait(false);
            foreach ((ApiTarget target, bool _) in some.Zip(allowed).Where(each => !each.Second))
            {
                yield return KubernetesFindings.PermissionMissing(target);
            }
        }
    }

    // Every user who is one may ask it of himself: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
    private async Task<bool> IsAllowedAsync(ApiTarget target, CancellationToken cancellationToken)
    {
        AccessReview question = new()
        {
            Spec = new AccessReviewSpec
            {
                ResourceAttributes = new AccessAttributes { Namespace = target.Namespace, Verb = target.Verb, Group = target.Group, Resource = target.Resource },
            },
        };
        ApiRequest request = new(HttpMethod.Post, AccessReviews.Path, AccessReviews.Target)
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(question, KubernetesJson.Default.AccessReview),
        };
        ApiResult<AccessReview> answer = await _client.SendAsync(request, KubernetesJson.Default.AccessReview, cancellationToken).ConfigureAwait(false);
        return answer.Value is { } review ? review.Status?.Allowed == true : throw KubernetesErrors.From(answer.Failure!, request, target.ToString());
    }
}
