using System.Net.Http.Headers;
using System.Text.Json;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>Reads what an answer says that is no success.</summary>
internal static class ApiStatusReader
{
    /// <summary>Reads it.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="time">The clock, for a server that names a moment and not its own time.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The server's Status; of what a proxy or a load balancer says in its place, the code and how long to wait.</returns>
    internal static async Task<ApiStatus> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        ApiStatus status = await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
        status.Code = (int)response.StatusCode;
        status.RetryAfter = WaitOf(response.Headers, time)
            ?? (status.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null);
        return status;
    }

    /// <summary>Seconds, or a moment: by the server's own clock if it tells it, since ours may differ.</summary>
    /// <remarks>A wait of none is none that was asked for: the usual pauses hold, or a busy server would be asked without any.</remarks>
    private static TimeSpan? WaitOf(HttpResponseHeaders headers, TimeProvider time)
    {
        TimeSpan? wait = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (headers.Date ?? time.GetUtcNow()),
            _ => null,
        };
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static async Task<ApiStatus> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != ApiRequest.Json)
        {
            return new ApiStatus();
        }

        try
        {
            Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync(body, KubernetesJson.Default.ApiStatus, cancellationToken).ConfigureAwait(false) ?? new ApiStatus();
            }
        }
        catch (JsonException)
        {
            return new ApiStatus(); // The code alone tells what to do.
        }
    }
}
