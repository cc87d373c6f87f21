using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Where the errors about reaching a cluster are born: its address, TLS and what one is known by.</summary>
internal static class ConnectionErrors
{
    /// <summary>What an exception of sending a request means, if it is one of the connection.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="connection">How the cluster was to be reached.</param>
    /// <returns><see langword="null"/> if it is none of the connection, a stop by the user for one.</returns>
    internal static MeshException? From(Exception exception, KubernetesConnection connection)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is MeshException known)
            {
                return known;
            }
        }

        return exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => ProxyFailed(connection, exception),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => TlsFailed(connection, exception),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => HostUnknown(connection, exception),
            HttpRequestException when connection.Proxy is not null && exception.InnerException is SocketException => ProxyFailed(connection, exception),
            HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => Refused(connection, exception),
            HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut } } => TimedOut(connection, exception),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Unreachable(connection, exception),
            OperationCanceledException { InnerException: TimeoutException } => TimedOut(connection, exception),
            TimeoutException => TimedOut(connection, exception),
            HttpRequestException or HttpIOException or SocketException or AuthenticationException => Cut(connection, exception),
            _ => null,
        };
    }

    internal static MeshException ClientCertificateExpired(string place, DateTimeOffset notAfter) => new(
        "KubernetesClientCertificateExpired",
        MeshErrorKind.Authentication,
        $"The client certificate of {place} expired at {notAfter:u}. Have the kubeconfig made anew, or log in again.",
        place);

    internal static MeshException TokenInvalid(string place, bool empty) => new(
        "KubernetesTokenInvalid",
        MeshErrorKind.InvalidData,
        $"The token of {place} {(empty ? "is empty" : "has characters that no token has (blanks within, control or non-ASCII characters)")}. Have it made anew.",
        place);

    internal static MeshException ImpersonationInvalid(string what) => new(
        "KubernetesImpersonationInvalid",
        MeshErrorKind.InvalidArgument,
        $"Requests cannot be made for another user: the {what} is empty, begins or ends with a blank, or has line breaks, control or non-ASCII characters, which no header can carry. Correct -ImpersonateUser and -ImpersonateGroup, or as, as-groups, as-uid and as-user-extra of the kubeconfig's user.");

    internal static MeshException ServerCertificateMissing(KubernetesConnection connection) => new(
        "KubernetesTlsFailed", MeshErrorKind.Authentication, $"{connection} shows no certificate, so it cannot be known for the cluster.", connection.Server.Host);

    internal static MeshException AuthorityUnknown(KubernetesConnection connection, X509Certificate2 leaf) => new(
        "KubernetesAuthorityUnknown",
        MeshErrorKind.Authentication,
        $"{connection} shows a certificate from '{leaf.Issuer}', "
            + (connection.Authorities.Count > 0
                ? $"which is none of the authorities that the kubeconfig names ({string.Join(", ", connection.Authorities.Select(authority => $"'{authority.Subject}'").Take(3))}). Either it is another server, or the cluster has a new authority: then have certificate-authority-data renewed."
                : "which this system does not know. Name the cluster's authority in the kubeconfig (certificate-authority-data)."),
        connection.Server.Host);

    internal static MeshException ServerCertificateNotCurrent(KubernetesConnection connection, X509Certificate2 late) => new(
        "KubernetesServerCertificateExpired",
        MeshErrorKind.Authentication,
        $"{connection} shows the certificate '{late.Subject}' (SHA-256 {late.GetCertHashString(HashAlgorithmName.SHA256)[..16]}…), which is valid from {late.NotBefore.ToUniversalTime():u} to {late.NotAfter.ToUniversalTime():u} only. Have the server's certificates renewed (kubeadm certs renew), or set this machine's clock.",
        connection.Server.Host);

    internal static MeshException ServerCertificateInvalid(KubernetesConnection connection, string faults) => new(
        "KubernetesServerCertificateInvalid", MeshErrorKind.Authentication, $"{connection} shows a certificate that cannot be trusted: {faults}. Have the server's certificates made anew.", connection.Server.Host);

    internal static MeshException NameMismatch(KubernetesConnection connection, CertificateInfo leaf)
    {
        string wanted = connection.TlsServerName ?? connection.Server.Host;
        string names = leaf.Names.ToString();
        return new(
            "KubernetesNameMismatch",
            MeshErrorKind.Authentication,
            $"{connection} shows a certificate that is not for '{wanted}' but for {(names.Length > 0 ? names : "no name at all")}. Address the server by one of these names, or set tls-server-name to it in the kubeconfig's cluster.",
            wanted);
    }

    internal static MeshException ExecNotFound(string place, string command, string? hint, Exception? inner) => new(
        "KubernetesExecNotFound",
        MeshErrorKind.NotFound,
        $"The credential plugin '{command}' of {place} cannot be started{(inner is null ? ": there is no such program" : $": {inner.Message}")}.{Hint(hint)}",
        command,
        inner);

    internal static MeshException ExecFailed(string place, string command, int exitCode, string said, string? hint) => new(
        "KubernetesExecFailed",
        MeshErrorKind.Authentication,
        $"The credential plugin '{command}' of {place} ended with exit code {exitCode}{(said.Length > 0 ? $": {said}" : " and said nothing")}{(said.EndsWith('.') ? string.Empty : ".")}{Hint(hint)}",
        command);

    internal static MeshException ExecTimedOut(string place, string command, TimeSpan limit) => new(
        "KubernetesExecTimedOut",
        MeshErrorKind.Unavailable,
        $"The credential plugin '{command}' of {place} did not end within {limit.TotalSeconds:0.#} s and was stopped. If it waits for a login, run it once in a terminal first.",
        command);

    internal static MeshException ExecOutputInvalid(string place, string command, string what) => new(
        "KubernetesExecInvalid",
        MeshErrorKind.InvalidData,
        $"What the credential plugin '{command}' of {place} answered is not as client.authentication.k8s.io demands: {what}. Update the plugin, or correct its apiVersion in the kubeconfig.",
        command);

    internal static MeshException ExecNeedsTerminal(string place, string command) => new(
        "KubernetesExecInteractive",
        MeshErrorKind.InvalidOperation,
        $"The credential plugin '{command}' of {place} has interactiveMode Always, and there is no terminal to ask at. Use a plugin or a login that needs none, or run this in a terminal.",
        command);

    private static MeshException Refused(KubernetesConnection connection, Exception inner) => Unavailable(
        "KubernetesConnectionRefused", connection, "refuses connections. Is the API server running, and are host and port right?", inner);

    private static MeshException HostUnknown(KubernetesConnection connection, Exception inner) => connection.Proxy is { } proxy
        ? Unavailable("KubernetesHostUnknown", connection, $"cannot be reached: the name of the proxy {proxy.Host} or of the server is not known. Check proxy-url, HTTPS_PROXY and the server's address.", inner)
        : Unavailable("KubernetesHostUnknown", connection, $"cannot be reached: no address is known for the name '{connection.Server.Host}'. Check the name, and whether a VPN is needed.", inner);

    private static MeshException TimedOut(KubernetesConnection connection, Exception inner) => Unavailable(
        "KubernetesTimedOut", connection, "did not answer in time. Check the address, the network (VPN, firewall, proxy), or allow more with -Timeout.", inner);

    private static MeshException Unreachable(KubernetesConnection connection, Exception inner) => Unavailable(
        "KubernetesUnreachable", connection, $"cannot be reached: {Cause(inner)}.", inner);

    private static MeshException Cut(KubernetesConnection connection, Exception inner) => Unavailable(
        "KubernetesConnectionCut", connection, $"broke the connection off: {Cause(inner)}. Try again; what was sent may or may not have been done.", inner);

    private static MeshException ProxyFailed(KubernetesConnection connection, Exception inner) => Unavailable(
        "KubernetesProxyFailed", connection, $"cannot be reached through the proxy {connection.Proxy}: {Cause(inner)}. Check proxy-url, HTTPS_PROXY and NO_PROXY, and the proxy's own log.", inner);

    private static MeshException TlsFailed(KubernetesConnection connection, Exception inner) => Unavailable(
        "KubernetesTlsFailed", connection, $"and this machine did not agree on TLS: {Cause(inner)}. Check that the port is that of the API server, and that the address begins with https only if it speaks TLS.", inner);

    private static MeshException Unavailable(string id, KubernetesConnection connection, string what, Exception inner) =>
        new(id, MeshErrorKind.Unavailable, $"{connection} {what}", connection.Server.Host, inner);

    private static string Cause(Exception exception) => exception.GetBaseException().Message.TrimEnd('.');

    private static string Hint(string? hint) => string.IsNullOrWhiteSpace(hint) ? string.Empty : $" {hint.Trim()}";
}
