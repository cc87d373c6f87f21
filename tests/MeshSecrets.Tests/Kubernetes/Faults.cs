using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MeshSecrets.Kubernetes;

/// <summary>What can go wrong with one request.</summary>
public static class Faults
{
    /// <summary>An answer that the real server never gave, with a Status object as Kubernetes sends it.</summary>
    /// <param name="code">Of HTTP, such as 429, 500, 503, 401.</param>
    /// <param name="reason">A word for programs, such as <c>TooManyRequests</c>.</param>
    /// <param name="retryAfter">Seconds to wait, or a date, as in the header of that name.</param>
    public static Fault Answer(int code, string reason = "", string? retryAfter = null) => async exchange =>
    {
        HttpResponse response = exchange.Context.Response;
        response.StatusCode = code;
        if (retryAfter is not null)
        {
            response.Headers.RetryAfter = retryAfter;
        }

        string message = string.Create(CultureInfo.InvariantCulture, $"made by the test: {code}");
        await response.WriteAsJsonAsync(new { kind = "Status", apiVersion = "v1", metadata = new { }, status = "Failure", message, reason, code });
    };

    /// <summary>The connection breaks before the server knows of the request.</summary>
    public static Fault Lose => exchange =>
    {
        exchange.Context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>The server does what is asked, and the connection breaks before its answer arrives.</summary>
    public static Fault LoseAnswer => async exchange =>
    {
        using HttpResponseMessage answer = await exchange.ForwardAsync();
        await answer.Content.LoadIntoBufferAsync();
        exchange.Context.Abort();
    };

    /// <summary>The server does what is asked, and the connection breaks within the body of its answer.</summary>
    public static Fault CutAnswer(long bytes) => async exchange =>
    {
        using HttpResponseMessage answer = await exchange.ForwardAsync();
        await exchange.AnswerAsync(answer, bytes);
    };

    /// <summary>Something else happens first, such as another client's write; the request goes on afterwards.</summary>
    public static Fault Before(Func<Task> action) => async exchange =>
    {
        await action();
        using HttpResponseMessage answer = await exchange.ForwardAsync();
        await exchange.AnswerAsync(answer);
    };

    /// <summary>The server does what is asked, then something else happens, and only then the answer arrives.</summary>
    public static Fault After(Func<Task> action) => async exchange =>
    {
        using HttpResponseMessage answer = await exchange.ForwardAsync();
        await answer.Content.LoadIntoBufferAsync();
        await action();
        await exchange.AnswerAsync(answer);
    };

    /// <summary>No answer comes, ever.</summary>
    public static Fault Hang => exchange => Task.Delay(Timeout.Infinite, exchange.Context.RequestAborted);
}
