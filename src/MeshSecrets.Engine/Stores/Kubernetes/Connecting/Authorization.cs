using System.Net.Http.Headers;
using System.Text;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Makes Authorization headers.</summary>
internal static class Authorization
{
    /// <param name="token">The token; blanks around it, as the end of a file's line, do not count.</param>
    /// <param name="place">Where it comes from, for messages.</param>
    /// <exception cref="MeshException"><c>KubernetesTokenInvalid</c>.</exception>
    internal static AuthenticationHeaderValue Bearer(string token, string place)
    {
        string bare = token.Trim();
        return bare.Length > 0 && bare.All(character => character is > ' ' and <= '~')
            ? new AuthenticationHeaderValue("Bearer", bare)
            : throw ConnectionErrors.TokenInvalid(place, bare.Length == 0);
    }

    internal static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
}
