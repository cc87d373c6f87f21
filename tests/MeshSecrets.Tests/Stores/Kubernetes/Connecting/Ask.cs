using System.Text;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>Requests over a connection, as the client makes them.</summary>
internal static class Ask
{
    internal static async Task<int> GetAsync(KubernetesConnection connection, TimeProvider? time = null)
    {
        using HttpMessageInvoker invoker = Open(connection, time);
        return await SendAsync(invoker, connection);
    }

    internal static HttpMessageInvoker Open(KubernetesConnection connection, TimeProvider? time = null) => new(connection.CreateHandler(8, time ?? TimeProvider.System));

    internal static async Task<int> SendAsync(HttpMessageInvoker invoker, KubernetesConnection connection, string? body = null, CancellationToken? cancellationToken = null)
    {
        using HttpRequestMessage request = new(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(connection.Server, "version"));
        request.Content = body is null ? null : new ReadOnlyMemoryContent(Encoding.UTF8.GetBytes(body));
        using HttpResponseMessage response = await invoker.SendAsync(request, cancellationToken ?? TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    internal static async Task<MeshException> FailAsync(KubernetesConnection connection, TimeProvider? time = null)
    {
        Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => GetAsync(connection, time));
        return ConnectionErrors.From(thrown, connection) ?? throw new InvalidOperationException("It is no failure of the connection.", thrown);
    }
}
