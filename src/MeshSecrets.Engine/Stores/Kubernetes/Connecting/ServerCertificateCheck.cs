using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Judges the certificate that the API server shows, and says what is wrong with it, which the framework does not.</summary>
internal sealed class ServerCertificateCheck(KubernetesConnection connection)
{
    private const X509ChainStatusFlags NotTrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    internal bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || connection.SkipTlsVerification)
        {
            return true;
        }

        if (certificate is not X509Certificate2 leaf || chain is null)
        {
            throw ConnectionErrors.ServerCertificateMissing(connection);
        }

        X509ChainStatusFlags faults = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if (faults.HasFlag(X509ChainStatusFlags.PartialChain) && EndsInAuthority(chain))
        {
            faults &= ~X509ChainStatusFlags.PartialChain;
        }

        if ((faults & NotTrusted) != 0)
        {
            throw ConnectionErrors.AuthorityUnknown(connection, leaf);
        }

        if (faults.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            X509ChainElement late = chain.ChainElements.First(element => element.ChainElementStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid));
            throw ConnectionErrors.ServerCertificateNotCurrent(connection, late.Certificate);
        }

        if (faults != X509ChainStatusFlags.NoError)
        {
            throw ConnectionErrors.ServerCertificateInvalid(connection, faults.ToString());
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? throw ConnectionErrors.NameMismatch(connection, CertificateInfo.Parse(leaf.RawData, "the server's certificate"))
            : true;
    }

    /// <summary>Go takes any certificate among the authorities for an anchor, an intermediate or the server's own one too; the framework wants a self-signed one.</summary>
    private bool EndsInAuthority(X509Chain chain) =>
        chain.ChainElements.Any(element => connection.Authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)));
}
