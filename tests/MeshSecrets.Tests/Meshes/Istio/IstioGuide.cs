using System.Text;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Meshes.Istio;

/// <summary>The files that Istio's guide makes with openssl (tools/certs), here with shorter keys: a root, and the cacerts of a cluster.</summary>
internal sealed class IstioGuide : IDisposable
{
    private const string Usages = "keyUsage = critical, digitalSignature, nonRepudiation, keyEncipherment, keyCertSign";

    private readonly PeerTool _openssl = PeerTool.Demand("openssl");

    internal IstioGuide(string keyCommand = "genrsa -out {0} 2048")
    {
        Write("root-ca.conf", Configuration("Root CA", "basicConstraints = critical, CA:true"));
        Write("intermediate.conf", Configuration("Intermediate CA", "basicConstraints = critical, CA:true, pathlen:0", "subjectAltName=@san", "[ san ]", "DNS.1 = istiod.istio-system.svc"));
        MakeKey(keyCommand, "root-key.pem");
        _openssl.Run("req -sha256 -new -key root-key.pem -config root-ca.conf -out root-cert.csr");
        _openssl.Run("x509 -req -sha256 -days 3650 -signkey root-key.pem -extensions req_ext -extfile root-ca.conf -in root-cert.csr -out root-cert.pem");
        MakeKey(keyCommand, "ca-key.pem");
        _openssl.Run("req -sha256 -new -config intermediate.conf -key ca-key.pem -out cluster-ca.csr");
        _openssl.Run("x509 -req -sha256 -days 3650 -CA root-cert.pem -CAkey root-key.pem -CAcreateserial -extensions req_ext -extfile intermediate.conf -in cluster-ca.csr -out ca-cert.pem");
        Write("cert-chain.pem", Read("ca-cert.pem") + Read("root-cert.pem"));
    }

    /// <summary>The values of the secret, as <c>kubectl create secret generic cacerts --from-file</c> takes them.</summary>
    internal (string Key, string Value)[] Values => [.. new[] { "ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem" }.Select(name => (name, Read(name)))];

    public void Dispose() => _openssl.Dispose();

    private void MakeKey(string command, string file) => _openssl.Run(string.Format(System.Globalization.CultureInfo.InvariantCulture, command, file));

    private string Read(string name) => Encoding.ASCII.GetString(_openssl.Read(name));

    private void Write(string name, string text) => _openssl.Write(name, Encoding.ASCII.GetBytes(text));

    private static string Configuration(string commonName, string constraints, params string[] more) => string.Join(
        '\n',
        [
            "[ req ]", "encrypt_key = no", "prompt = no", "utf8 = yes", "default_md = sha256", "req_extensions = req_ext", "x509_extensions = req_ext", "distinguished_name = req_dn",
            "[ req_dn ]", "O = Istio", $"CN = {commonName}",
            "[ req_ext ]", "subjectKeyIdentifier = hash", constraints, Usages, .. more, "",
        ]);
}
