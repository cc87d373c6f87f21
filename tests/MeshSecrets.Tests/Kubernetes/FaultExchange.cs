using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeshSecrets.Kubernetes;

/// <summary>What happens to a request that a rule of <see cref="FaultServer"/> chose; most are made by <see cref="Faults"/>.</summary>
public delegate Task Fault(FaultExchange exchange);

/// <summary>One request at <see cref="FaultServer"/>, and its answer.</summary>
public sealed class FaultExchange
{
    // What belongs to one connection, not to the message.
    private static readonly HashSet<string> s_hop = new(StringComparer.OrdinalIgnoreCase) { "Host", "Connection", "Transfer-Encoding", "Keep-Alive", "Content-Length" };

    private readonly HttpClient _client;

    internal FaultExchange(HttpContext context, HttpClient client) => (Context, _client) = (context, client);

    /// <summary>The request and the answer, as ASP.NET Core has them.</summary>
    public HttpContext Context { get; }

    /// <summary>The method and the path with its query.</summary>
    public string Line => $"{Context.Request.Method} {Target}";

    private string Target => Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    /// <summary>Lets the real server do what is asked; its answer is the caller's.</summary>
    public async Task<HttpResponseMessage> ForwardAsync()
    {
        using var request = new HttpRequestMessage(new HttpMethod(Context.Request.Method), Target);
        using var body = new MemoryStream();
        await Context.Request.Body.CopyToAsync(body, Context.RequestAborted);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in Context.Request.Headers)
        {
            if (!s_hop.Contains(name) && !name.StartsWith(':') && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Context.RequestAborted);
    }

    /// <summary>Gives the real server's answer as it comes, a watch's events one by one; after <paramref name="bytes"/> of the body it is cut.</summary>
    public async Task AnswerAsync(HttpResponseMessage answer, long bytes = long.MaxValue)
    {
        Context.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!s_hop.Contains(name))
            {
                Context.Response.Headers[name] = values.ToArray();
            }
        }

        // At once, as the real one does: a watch may have nothing to tell for long.
        await Context.Response.Body.FlushAsync(Context.RequestAborted);
        byte[] buffer = new byte[65536];
        await using Stream body = await answer.Content.ReadAsStreamAsync(Context.RequestAborted);
        int count;
        while ((count = await body.ReadAsync(buffer, Context.RequestAborted)) > 0)
        {
            int length = (int)Math.Min(count, bytes);
            await Context.Response.Body.WriteAsync(buffer.AsMemory(0, length), Context.RequestAborted);
            await Context.Response.Body.FlushAsync(Context.RequestAborted);
            bytes -= length;
            if (bytes == 0)
            {
                // Kestrel ends the connection without the answer's end; Abort would throw away what is still to be sent.
                throw new IOException("The test cuts the answer here.");
            }
        }
    }
}
