using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Makes a credential of what a kubeconfig's user holds.</summary>
internal sealed class UserCredentials(KubeconfigNode user, KubeconfigOptions options)
{
    internal Impersonation? Impersonation()
    {
        IReadOnlyList<string> groups = user.Texts("as-groups");
        IReadOnlyDictionary<string, IReadOnlyList<string>> extra = user.Lists("as-user-extra");
        if (user.Text("as") is { } other)
        {
            return new Impersonation { User = other, Groups = groups, Uid = user.Text("as-uid"), Extra = extra };
        }

        return groups.Count > 0 || extra.Count > 0 || user.Text("as-uid") is not null
            ? throw KubeconfigErrors.Invalid(user, "as-groups, as-uid and as-user-extra need the name of a user in as")
            : null;
    }

    /// <param name="proxyUrl">The proxy that the kubeconfig names, for plugins that are told of the cluster.</param>
    /// <param name="cluster">The cluster, for the same.</param>
    /// <param name="server">Its address, for the same.</param>
    internal Credential Create(string? proxyUrl, KubeconfigNode cluster, Uri server)
    {
        if (user.Map("auth-provider") is { } provider)
        {
            throw KubeconfigErrors.AuthProvider(user, provider.Text("name") ?? string.Empty);
        }

        EnsureOneWay();
        if (user.Map("exec") is { } exec)
        {
            ExecPlugin plugin = ExecPlugin.Read(exec, cluster, server, proxyUrl, options);
            return new ExecCredential(plugin, HasCertificate ? ReadCertificate() : null);
        }

        bool fromFiles = user.Text("tokenFile") is not null
            || (user.Text("client-certificate-data") is null && user.Text("client-certificate") is not null)
            || (user.Text("client-key-data") is null && user.Text("client-key") is not null);
        return fromFiles ? new FileCredential(Read) : new FixedCredential(Read());
    }

    private bool HasCertificate => user.Text("client-certificate-data") is not null || user.Text("client-certificate") is not null;

    private bool HasKey => user.Text("client-key-data") is not null || user.Text("client-key") is not null;

    private bool HasToken => user.Text("token") is not null || user.Text("tokenFile") is not null;

    private void EnsureOneWay()
    {
        List<string> ways = [];
        if (user.Map("exec") is not null)
        {
            ways.Add("exec");
        }

        if (HasToken)
        {
            ways.Add("token");
        }

        if (user.Text("username") is not null)
        {
            ways.Add("username");
        }

        if (ways.Count > 1)
        {
            throw KubeconfigErrors.Invalid(user, $"it logs in by {string.Join(" and ", ways)}; only one is allowed");
        }

        if (HasCertificate != HasKey)
        {
            throw KubeconfigErrors.Invalid(user, HasKey ? "it has a client key without its certificate" : "it has a client certificate without its key");
        }
    }

    private ClusterIdentity Read() => new(ReadAuthorization(), HasCertificate ? ReadCertificate() : null);

    private AuthenticationHeaderValue? ReadAuthorization()
    {
        if (user.Path("tokenFile") is { } path)
        {
            return Authorization.Bearer(Encoding.UTF8.GetString(CredentialFile.Read(user.Place, path)), $"'{path}'");
        }

        if (user.Text("token") is { } token)
        {
            return Authorization.Bearer(token, user.Place);
        }

        return user.Text("username") is { } name ? Authorization.Basic(name, user.Text("password") ?? string.Empty) : null;
    }

    private ClientCertificate ReadCertificate()
    {
        (byte[] certificate, string certificatePlace) = Material("client-certificate");
        (byte[] key, string keyPlace) = Material("client-key");
        try
        {
            return ClientCertificate.Read(certificate, certificatePlace, key, keyPlace);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>What stands in the kubeconfig goes before a file.</summary>
    private (byte[] Content, string Place) Material(string key)
    {
        if (user.Data($"{key}-data") is { } data)
        {
            return (data, $"{key}-data of {user.Place}");
        }

        string path = user.Path(key)!;
        return (CredentialFile.Read(user.Place, path), $"'{path}' of {user.Place}");
    }
}
