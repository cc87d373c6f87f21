namespace MeshSecrets.Certificates.Reading;

/// <summary>Where the errors about the binary form of material are born.</summary>
internal static class DerErrors
{
    internal static MeshException Unrecognized(SourcePlace place) => Error(
        "DerUnrecognized",
        place,
        "the bytes are no certificate, request, key, revocation list, PKCS#12 or PKCS#7. Take the file anew from where it was made.");

    internal static MeshException Truncated(SourcePlace place, MaterialKind? kind, long expected, int actual) => Error(
        "DerTruncated",
        place,
        $"{Describe(kind)} is cut short: by its own length field it has {expected} bytes, {actual} are there. Copy it anew.");

    internal static MeshException TrailingBytes(SourcePlace place, MaterialKind? kind, long count) => Error(
        "DerTrailingBytes",
        place,
        $"{count} stray byte(s) follow after the end of {Describe(kind)}. Other software refuses or misreads this; remove them, or copy it anew.");

    internal static MeshException IndefiniteLength(SourcePlace place, MaterialKind? kind) => Error(
        "DerIndefiniteLength",
        place,
        $"{Describe(kind)} is encoded in BER with indefinite length; DER is demanded (X.690 §10.1). Convert it with openssl, or have it made anew.");

    internal static MeshException CertificateInvalid(SourcePlace place, Exception inner) => Error(
        "CertificateInvalid",
        place,
        "the certificate's bytes are not what RFC 5280 demands (DER of a Certificate). It was altered when it was copied, or its maker is at fault; take it anew.",
        inner);

    internal static MeshException RequestInvalid(SourcePlace place, Exception inner) => Error(
        "CertificateRequestInvalid",
        place,
        "the certificate request's bytes are not what RFC 2986 demands. It was altered when it was copied; make it anew.",
        inner);

    internal static MeshException LabelWrong(SourcePlace place, string label, MaterialKind found) => Error(
        "PemLabelWrong",
        place,
        $"the block is labelled '{label}' but holds {found.Describe()}. Give it the right label, or take the file that was meant.");

    internal static MeshException Pkcs7Invalid(SourcePlace place, Exception? inner) => Error(
        "Pkcs7Invalid",
        place,
        "the PKCS#7 structure is no bundle of certificates (RFC 5652, SignedData). Export the certificates anew, best as PEM.",
        inner);

    internal static MeshException Pkcs7Empty(SourcePlace place) => Error(
        "Pkcs7Empty",
        place,
        "the PKCS#7 bundle holds no certificate. Name the file that was meant, or export the certificates anew.");

    internal static MeshException Pkcs12Invalid(SourcePlace place, Exception inner) => Error(
        "Pkcs12Invalid",
        place,
        "the PKCS#12 file is damaged or uses an algorithm that this system does not offer (RC2 and DES of old tools often). Export it anew with AES-256 (openssl pkcs12 -export).",
        inner);

    internal static MeshException Pkcs12Empty(SourcePlace place) => Error(
        "Pkcs12Empty",
        place,
        "the PKCS#12 file opens but holds no certificate; a key in it without its certificate is not read. Export key and certificate together, or the key as PEM.");

    internal static MeshException Pkcs12LimitExceeded(SourcePlace place, Exception inner) => new(
        "Pkcs12LimitExceeded",
        MeshErrorKind.LimitExceeded,
        $"{place}: the PKCS#12 file demands more work than any honest one does (iterations, entries or nesting). Export it anew with usual settings.",
        place.Source,
        inner);

    internal static MeshException Pkcs12PasswordRequired(SourcePlace place) => new(
        "Pkcs12PasswordRequired",
        MeshErrorKind.Authentication,
        $"{place}: the PKCS#12 file is protected by a password and none was given. Give its password.",
        place.Source);

    internal static MeshException Pkcs12PasswordWrong(SourcePlace place, Exception inner) => new(
        "Pkcs12PasswordWrong",
        MeshErrorKind.Authentication,
        $"{place}: the PKCS#12 file's integrity check (MAC) fails: the password is wrong, or the file was altered. Check the password, then take the file anew.",
        place.Source,
        inner);

    private static string Describe(MaterialKind? kind) => kind is { } known ? known.Describe() : "the DER structure";

    private static MeshException Error(string id, SourcePlace place, string what, Exception? inner = null) =>
        new(id, MeshErrorKind.InvalidData, $"{place}: {what}", place.Source, inner);
}
