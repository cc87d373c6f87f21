using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Asks a live TLS server for its certificates.</summary>
public static class TlsEndpoint
{
    private const int HttpsPort = 443;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <summary>Connects, reads the chain that the server presents, and leaves. Nothing is sent but the handshake, and the chain is not trusted: it is looked at.</summary>
    /// <param name="endpoint"><c>host:port</c>, <c>[ipv6]:port</c>, or a host alone for port 443.</param>
    /// <param name="serverName">The name to ask for (SNI); <see langword="null"/> for the host.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The certificates in the order of the chain, the server's own first.</returns>
    /// <exception cref="MeshException"><c>EndpointInvalid</c>, <c>EndpointUnreachable</c> or <c>EndpointNotTls</c>.</exception>
    public static async Task<IReadOnlyList<CertificateInfo>> ReadChainAsync(string endpoint, string? serverName, CancellationToken cancellationToken)
    {
        (string host, int port) = Parse(endpoint);
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_patience);
        List<CertificateInfo> chain = [];
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(host, port, timeout.Token).ConfigureAwait(false);
            SslStream tls = new(client.GetStream(), leaveInnerStreamOpen: false);
            await using (tls.ConfigureAwait(false))
            {
                SslClientAuthenticationOptions options = new()
                {
                    TargetHost = serverName ?? host,
                    EnabledSslProtocols = SslProtocols.None,
                    RemoteCertificateValidationCallback = (_, leaf, presented, _) => Take(chain, endpoint, leaf, presented),
                };
                await tls.AuthenticateAsClientAsync(options, timeout.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw ReadErrors.EndpointUnreachable(endpoint, $"no answer within {s_patience.TotalSeconds:0} seconds", e);
        }
        catch (SocketException e)
        {
            throw ReadErrors.EndpointUnreachable(endpoint, e.Message, e);
        }
        catch (Exception e) when (e is AuthenticationException or IOException && chain.Count == 0)
        {
            throw ReadErrors.EndpointNotTls(endpoint, e);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return chain; // The server refused us after it had shown its chain, as one that demands a client certificate does.
        }

        return chain;
    }

    private static bool Take(List<CertificateInfo> chain, string endpoint, X509Certificate? leaf, X509Chain? presented)
    {
        if (leaf is not null)
        {
            chain.Add(CertificateInfo.Parse(leaf.GetRawCertData(), endpoint));
        }

        // The chain object holds what the server sent in its extra store, whether or not it could be verified.
        foreach (X509Certificate2 certificate in presented?.ChainPolicy.ExtraStore ?? [])
        {
            CertificateInfo info = CertificateInfo.Parse(certificate.RawData, endpoint);
            if (chain.TrueForAll(known => known.Thumbprint != info.Thumbprint))
            {
                chain.Add(info);
            }
        }

        return true;
    }

    private static (string Host, int Port) Parse(string endpoint)
    {
        int colon = endpoint.LastIndexOf(':');
        bool hasPort = colon > 0 && (endpoint[colon - 1] == ']' || endpoint.IndexOf(':', StringComparison.Ordinal) == colon);
        string host = (hasPort ? endpoint[..colon] : endpoint).Trim('[', ']');
        int port = HttpsPort;
        bool valid = host.Length > 0
            && Uri.CheckHostName(host) != UriHostNameType.Unknown
            && (!hasPort || (int.TryParse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536));
        return valid ? (host, port) : throw ReadErrors.EndpointInvalid(endpoint);
    }
}
