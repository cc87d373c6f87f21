namespace MeshSecrets.Certificates.Reading;

/// <summary>Where the errors are born about content that is sound but not what was asked for, or no material at all.</summary>
internal static class ReadErrors
{
    internal static MeshException Empty(string source, bool blank) => Error(
        "MaterialEmpty",
        source,
        $"{source} is empty{(blank ? " but for whitespace" : string.Empty)}. A command that failed while its output went into the file often is the cause; make it anew.");

    internal static MeshException TooLarge(string source, long size, long limit) => new(
        "MaterialTooLarge",
        MeshErrorKind.LimitExceeded,
        $"{source} has {size} bytes; at most {limit} are read. Split it, or name the file that was meant.",
        source);

    internal static MeshException Unrecognized(string source, string looksLike) => Error(
        "MaterialUnrecognized",
        source,
        $"{source} holds no certificate, request or key in a known form (PEM, DER, PKCS#12, PKCS#7): it looks like {looksLike}. Name the file that was meant.");

    internal static MeshException MarkupPage(string source) => Error(
        "MaterialIsHtml",
        source,
        $"{source} is an HTML or XML page, not a certificate or key. A download that ended on a login or error page often is the cause; fetch it anew.");

    internal static MeshException JavaKeyStore(string source) => Error(
        "JavaKeyStoreUnsupported",
        source,
        $"{source} is a Java key store in Java's own form. Convert it: keytool -importkeystore -srckeystore <file> -destkeystore <new file.p12> -deststoretype PKCS12.");

    internal static MeshException CertificateExpected(MaterialItem found) => Error(
        found.Kind switch
        {
            MaterialKind.CertificateRequest => "CertificateExpectedRequestFound",
            MaterialKind.PublicKey => "CertificateExpectedPublicKeyFound",
            MaterialKind.Crl => "CertificateExpectedCrlFound",
            _ => "CertificateExpectedPrivateKeyFound",
        },
        found.Source,
        $"{found.Location}: a certificate is expected, but this is {found.Kind.Describe()}. "
            + (found.Kind is MaterialKind.CertificateRequest
                ? "A request is what an authority signs; give the certificate that it returned, or have the request signed first."
                : found.Kind.IsPrivateKey()
                    ? "A private key does not belong where certificates are read; give the certificate, and the key where a key is asked for."
                    : "Give the certificate instead."));

    internal static MeshException CertificateMissing(string source, MaterialSet found) => Error(
        "CertificateMissing",
        source,
        $"{source} holds no certificate; it holds {Describe(found)}. Give a file with the certificate.");

    internal static MeshException RequestExpected(MaterialItem found) => Error(
        found.Kind switch
        {
            MaterialKind.Certificate => "CertificateRequestExpectedCertificateFound",
            MaterialKind.PublicKey => "CertificateRequestExpectedPublicKeyFound",
            MaterialKind.Crl => "CertificateRequestExpectedCrlFound",
            _ => "CertificateRequestExpectedPrivateKeyFound",
        },
        found.Source,
        $"{found.Location}: a certificate request is expected, but this is {found.Kind.Describe()}. Give the file that 'openssl req -new' or New-MeshCertificateRequest wrote.");

    internal static MeshException RequestAmbiguous(MaterialItem second) => Error(
        "CertificateRequestAmbiguous",
        second.Source,
        $"{second.Location}: a second certificate request, where exactly one is expected. Give each in a file of its own.");

    internal static MeshException PrivateKeyMissing(string source, MaterialSet found) => Error(
        "PrivateKeyMissing",
        source,
        $"{source} holds no private key; it holds {Describe(found)}. Give the file with the private key that belongs to the certificate.");

    internal static MeshException PrivateKeyAmbiguous(MaterialItem first, MaterialItem second) => Error(
        "PrivateKeyAmbiguous",
        second.Source,
        $"{second.Location}: a second private key (the first: {first.Location}), where exactly one is expected. Give each in a file of its own.");

    internal static MeshException PrivateKeyPasswordRequired(MaterialItem key) => new(
        "PrivateKeyPasswordRequired",
        MeshErrorKind.Authentication,
        $"{key.Location}: the private key is encrypted and no password was given. Give its password.",
        key.Source);

    internal static MeshException KeyMismatch(string keySource, string keyHash, string certificateSource, string certificateHash) => Error(
        "KeyCertificateMismatch",
        certificateSource,
        $"The private key of {keySource} does not belong to {certificateSource}: the SHA-256 of its public key is {keyHash}, there it is {certificateHash}. Give the key that was made together with it.");

    internal static MeshException EndpointInvalid(string endpoint) => new(
        "EndpointInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{endpoint}' is no address of a server. Write host:port, as in 'web.example:8443' or '[::1]:8443'; no scheme, no path.",
        endpoint);

    internal static MeshException EndpointUnreachable(string endpoint, string why, Exception inner) => new(
        "EndpointUnreachable",
        MeshErrorKind.Unavailable,
        $"{endpoint} cannot be reached: {why}. Check name, port and network.",
        endpoint,
        inner);

    internal static MeshException EndpointNotTls(string endpoint, Exception inner) => new(
        "EndpointNotTls",
        MeshErrorKind.InvalidData,
        $"{endpoint} answers, but shows no certificate: it does not speak TLS on that port, or refuses the server name asked for (-ServerName).",
        endpoint,
        inner);

    internal static MeshException ChainOrderWrong(string source, string finding) => Error(
        "ChainOrderWrong",
        source,
        $"{source}: {finding} Put the leaf first, then the authority that issued it, each next one the issuer of the one before (RFC 8446 §4.4.2).");

    private static string Describe(MaterialSet found) =>
        string.Join(", ", found.Take(5).Select(item => item.Line > 0 ? $"{item.Kind.Describe()} (line {item.Line})" : item.Kind.Describe()))
        + (found.Count > 5 ? $" and {found.Count - 5} more" : string.Empty);

    private static MeshException Error(string id, string source, string message) => new(id, MeshErrorKind.InvalidData, message, source);
}
