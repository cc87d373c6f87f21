using System.Net;
using System.Text.RegularExpressions;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>Where the errors of clusters are born. What the server says is quoted where it cannot hold a secret's value.</summary>
internal static partial class KubernetesErrors
{
    // A reason is a sentence; what is longer quotes.
    private const int MaxQuoted = 500;

    internal static MeshException Unreachable(Uri server, ApiRequest request, Exception cause) => new(
        "KubernetesUnreachable",
        MeshErrorKind.Unavailable,
        $"{server.Authority} did not answer {request}: {InnermostOf(cause).Message} Check that the server runs and can be reached from here, then repeat; what was done already is kept.",
        server.ToString(),
        cause);

    internal static MeshException Closed(Uri server) => new(
        "StoreDisconnected",
        MeshErrorKind.InvalidOperation,
        $"The watch of {server.Authority} ended, for its store was disconnected meanwhile. Connect it again: Connect-MeshStore -Kubernetes.",
        server.ToString());

    internal static MeshException AnswerInvalid(ApiRequest request) => new(
        "KubernetesAnswerInvalid",
        MeshErrorKind.InvalidData,
        $"The answer to {request} is not what an API server of Kubernetes says. Check the server's address: there may be a proxy or another service in between.",
        request.ToString());

    internal static MeshException Conflict(SecretId id, string expected, string found, (string Manager, DateTimeOffset? Time)? writer) => new(
        "SecretConflict",
        MeshErrorKind.Conflict,
        $"{id} was changed meanwhile: expected resource version {expected}, found {found}{(writer is { } last ? $" (last written by {last.Manager}{(last.Time is { } time ? $" at {time:u}" : "")})" : "")}. Read it again and repeat the change.",
        id);

    internal static MeshException Changing(SecretId id) => new(
        "SecretConflict",
        MeshErrorKind.Conflict,
        $"{id} is being changed by others so often that this change found no moment. See who writes it (kubectl get secret -o yaml --show-managed-fields), then repeat.",
        id);

    internal static MeshException OwnedByOthers(object target, IEnumerable<(string Field, string Manager)> owned) => new(
        "FieldManagerConflict",
        MeshErrorKind.Conflict,
        $"{target} was not changed: {string.Join(", ", owned.Select(OwnerOf))}, which would change it back or lose it. Make the change there, or take the fields over: Connect-MeshStore -Kubernetes -ForceConflicts.",
        target);

    internal static MeshException LeftOver(SecretId id, IEnumerable<(string Field, string Manager)> kept) => new(
        "SecretConflict",
        MeshErrorKind.Conflict,
        $"{id} was written, but it was changed again at the same moment, so that {string.Join(", ", kept.Select(each => $"{each.Field} of the field manager '{each.Manager}'"))} is still there. Look at it, and repeat the change.",
        id);

    internal static MeshException MeshImmutable(SecretId id, string? mesh) => new(
        "SecretMeshConflict",
        MeshErrorKind.Conflict,
        $"{id} cannot be written: in that namespace the name is taken by a secret of {(mesh is null ? "no mesh" : $"mesh '{mesh}'")}, and a secret's mesh never changes. Choose another name, or remove that one first.",
        id);

    internal static MeshException Immutable(SecretId id) => new(
        "SecretImmutable",
        MeshErrorKind.InvalidOperation,
        $"{id} is immutable (immutable: true), so its values and its type never change. Remove it and create it anew, or write a secret of another name.",
        id);

    internal static MeshException BeingRemoved(SecretId id, IReadOnlyCollection<string>? finalizers) => new(
        "SecretBeingRemoved",
        MeshErrorKind.Conflict,
        $"{id} is being removed, which waits for {(finalizers is { Count: > 0 } ? $"whoever set its finalizers ({string.Join(", ", finalizers)})" : "others")}. It is there until they are done, and is not changed any more; after that its name is free.",
        id);

    /// <summary>What a refusal means, in terms of what was asked.</summary>
    /// <param name="failure">What the server says.</param>
    /// <param name="request">What it says it of.</param>
    /// <param name="target">What it is about: an identity, or the request's own words.</param>
    internal static MeshException From(ApiStatus failure, ApiRequest request, object target) => failure.StatusCode switch
    {
        _ when IsByWebhook(failure) => Refused(failure, request, target),
        HttpStatusCode.Unauthorized => new(
            "KubernetesUnauthorized",
            MeshErrorKind.Authentication,
            $"The API server does not accept the credential of this connection ({request.Target.Verb} {request.Target}). It may have expired: log in again, then Connect-MeshStore -Kubernetes.",
            target),
        HttpStatusCode.Forbidden => IsByAuthorizer(failure, request) ? Forbidden(failure, request, target) : Refused(failure, request, target),
        HttpStatusCode.NotFound when failure.Details?.Kind == "namespaces" => NamespaceNotFound(failure.Details.Name ?? request.Target.Namespace ?? "", target),
        HttpStatusCode.NotFound => new(
            "KubernetesNotFound",
            MeshErrorKind.NotFound,
            $"The API server has no {request.Target}.",
            target),
        HttpStatusCode.RequestEntityTooLarge => TooLarge(target),
        HttpStatusCode.UnprocessableEntity => Refused(failure, request, target),
        HttpStatusCode.BadRequest => new(
            "KubernetesRequestInvalid",
            MeshErrorKind.InvalidArgument,
            $"The API server cannot read what it was sent for {target} ({failure.Reason ?? failure.StatusCode.ToString()}; what it says of it may quote values, so it is not shown).",
            target),
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.BadGateway => new(
            "KubernetesUnavailable",
            MeshErrorKind.Unavailable,
            $"The API server does not do {request.Target.Verb} {request.Target} now ({failure.Code} {failure.Reason ?? failure.StatusCode.ToString()}), and it was asked several times. Repeat later; what was done already is kept.",
            target),
        HttpStatusCode.InternalServerError when failure.Message?.Contains("request is too large", StringComparison.Ordinal) == true => TooLarge(target),
        HttpStatusCode.InternalServerError when FailedWebhookPattern().Match(failure.Message ?? "") is { Success: true } webhook => new(
            "KubernetesWebhookFailed",
            MeshErrorKind.Unavailable,
            $"The API server does not {request.Target.Verb} {target}: it could not ask the admission webhook '{webhook.Groups[1].Value}', which has to agree. See that what serves it runs (kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations names it), then repeat.",
            target),
        _ => new(
            "KubernetesFailed",
            MeshErrorKind.Unavailable,
            $"The API server failed on {request.Target.Verb} {request.Target}: {failure.Code} {failure.Reason ?? failure.StatusCode.ToString()}.",
            target),
    };

    internal static MeshException ListExpired(object target) => new(
        "KubernetesListExpired",
        MeshErrorKind.Unavailable,
        $"The API server forgot the list of {target} each time before its next page was asked for: it drops its history faster than a page is read (see --etcd-compaction-interval of the API server). Repeat later, or list less at once, by namespace or -Type.",
        target);

    internal static MeshException LabelInvalid(string key, string value) => new(
        "LabelInvalid",
        MeshErrorKind.InvalidArgument,
        $"No secret of a cluster has the label '{key}={value}': names are of letters, digits, '-', '_' and '.', at most 63, perhaps with a DNS name and '/' in front; values are the same or empty. Correct -Label; '*' stands for any value.",
        key);

    internal static MeshException NamespaceNotFound(string name, object target) => new(
        "NamespaceNotFound",
        MeshErrorKind.NotFound,
        $"The cluster has no namespace '{name}'. Create it (kubectl create namespace {name}), or name another.",
        target);

    internal static MeshException Anonymous(string user, string place) => new(
        "KubernetesUnauthorized",
        MeshErrorKind.Authentication,
        $"The API server does not know who this connection is (system:anonymous): '{user}' has no credential that it accepts. Add a token, a client certificate or a credential plugin to that user, or name another context, then Connect-MeshStore -Kubernetes.",
        place);

    private static MeshException TooLarge(object target) => new(
        "SecretTooLarge", MeshErrorKind.LimitExceeded, $"{target} is larger than the API server takes (1 MiB of values). Split it into several.", target);

    private static MeshException Forbidden(ApiStatus failure, ApiRequest request, object target)
    {
        ApiTarget lacked = request.Target;
        Match user = UserPattern().Match(failure.Message ?? "");
        return new MeshException(
            "KubernetesForbidden",
            MeshErrorKind.PermissionDenied,
            $"{(user.Success ? $"'{user.Groups[1].Value}'" : "The user of this connection")} may not {lacked.Verb} {lacked.Resource}{(lacked.Group.Length > 0 ? $" of {lacked.Group}" : "")} {(lacked.Namespace is null ? "in all namespaces" : $"in namespace '{lacked.Namespace}'")}{(lacked.Name is null ? "" : $" ({lacked.Name})")}. Ask for that permission: Get-MeshStoreRole prints the roles{(lacked is { Namespace: null, Verb: "list" or "watch" } ? "; or name the namespaces that you may read: -Namespace here, or with Connect-MeshStore" : "")}.",
            target);
    }

    private static MeshException Refused(ApiStatus failure, ApiRequest request, object target) => new(
        "KubernetesRefused",
        MeshErrorKind.InvalidData,
        $"The API server refuses {target}: {WhyRefused(failure, request)?.TrimEnd('.') ?? "it does not say why"}.",
        target);

    /// <summary>Why. Of secrets the server quotes no values; of other kinds it does, and they may be secret there, too: fields and reasons alone are shown.</summary>
    private static string? WhyRefused(ApiStatus failure, ApiRequest request)
    {
        bool quotesNone = request.Target is { Group: "", Resource: "secrets" };
        return failure.Details?.Causes switch
        {
            _ when IsByWebhook(failure) => WebhookPattern().Match(failure.Message!) is var said ? said.Groups[1].Value + Redaction.Quote(said.Groups[2].Value, MaxQuoted) : null,
            _ when failure.StatusCode == HttpStatusCode.Forbidden => Redaction.Quote(failure.Message!, MaxQuoted),
            { Count: > 0 } causes => string.Join("; ", causes.Select(cause => $"{cause.Field}: {(quotesNone ? cause.Message : cause.Reason)}")),
            _ => (quotesNone && failure.Message is { } message ? Redaction.Quote(message, MaxQuoted) : null) ?? failure.Reason,
        };
    }

    /// <summary>Whether a webhook refused it, whose reasons are for people.</summary>
    private static bool IsByWebhook(ApiStatus failure) => WebhookPattern().IsMatch(failure.Message ?? "");

    /// <summary>Whether a permission is missing. Everything else that forbids (a quota, a policy, a plugin) looks at what is written, and says so in words of its own.</summary>
    private static bool IsByAuthorizer(ApiStatus failure, ApiRequest request) =>
        request.Target.Verb is "get" or "list" or "watch" || string.IsNullOrEmpty(failure.Message) || UserPattern().IsMatch(failure.Message);

    private static string OwnerOf((string Field, string Manager) owned) => owned.Manager == FieldOwners.Nobody
        ? $"{owned.Field} was set by somebody of whom the API server knows nothing (to it '{FieldOwners.Nobody}')"
        : $"{owned.Field} belongs to the field manager '{owned.Manager}'";

    private static Exception InnermostOf(Exception exception) => exception.InnerException is { } inner ? InnermostOf(inner) : exception;

    // https://github.com/kubernetes/apiserver/blob/v0.20.2/pkg/endpoints/handlers/responsewriters/errors.go
    [GeneratedRegex("User \"([^\"]*)\" cannot \\w+ ")]
    private static partial Regex UserPattern();

    [GeneratedRegex("^(admission webhook \"[^\"]+\" denied the request)(.*)$", RegexOptions.Singleline)]
    private static partial Regex WebhookPattern();

    [GeneratedRegex("failed calling webhook \"([^\"]+)\"")]
    private static partial Regex FailedWebhookPattern();
}
