using System.Collections.Immutable;
using System.Globalization;
using MeshSecrets.Certificates;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>
/// What a secret's certificate says, in annotations beside it: so a listing of what is due needs no values, and
/// <c>kubectl get secret -o yaml</c> shows it too.
/// </summary>
internal static class CertificateAnnotations
{
    internal const string Prefix = "certificate.meshsecrets.io/";

    private const string Fingerprint = Prefix + "fingerprint-sha256";
    private const string Subject = Prefix + "subject";
    private const string Issuer = Prefix + "issuer";
    private const string SerialNumber = Prefix + "serial-number";
    private const string NotBefore = Prefix + "not-before";
    private const string NotAfter = Prefix + "not-after";
    private const string KeyAlgorithm = Prefix + "key-algorithm";
    private const string IsCa = Prefix + "is-ca";
    private const string DnsNames = Prefix + "dns-names";
    private const string Uris = Prefix + "uris";
    private const string IpAddresses = Prefix + "ip-addresses";
    private const string EmailAddresses = Prefix + "email-addresses";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    // All annotations of an object together may have 256 KiB; beyond this, names are read from the certificate itself.
    private const int MaxLength = 16 * 1024;

    /// <summary>Whether an annotation is one of these.</summary>
    internal static bool IsOne(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Adds the annotations, unless the names are so many or so odd that they cannot be told in them.</summary>
    internal static void Write(CertificateSummary certificate, Dictionary<string, string> annotations)
    {
        ImmutableArray<string>[] names = [certificate.DnsNames, certificate.Uris, certificate.IpAddresses, certificate.EmailAddresses];
        if (names.Any(list => list.Any(name => name.Contains(',', StringComparison.Ordinal))) || names.Sum(list => list.Sum(name => name.Length + 1)) > MaxLength)
        {
            return;
        }

        annotations[Fingerprint] = certificate.Thumbprint;
        annotations[Subject] = certificate.Subject;
        annotations[Issuer] = certificate.Issuer;
        annotations[SerialNumber] = certificate.SerialNumber;
        annotations[NotBefore] = certificate.NotBefore.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        annotations[NotAfter] = certificate.NotAfter.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        annotations[KeyAlgorithm] = certificate.KeyAlgorithm;
        if (certificate.IsCa)
        {
            annotations[IsCa] = "true";
        }

        foreach ((string key, ImmutableArray<string> list) in new[] { DnsNames, Uris, IpAddresses, EmailAddresses }.Zip(names))
        {
            if (!list.IsEmpty)
            {
                annotations[key] = string.Join(',', list);
            }
        }
    }

    /// <summary>The certificate that annotations tell of, or <see langword="null"/> if they tell of none, or not all of it.</summary>
    internal static CertificateSummary? TryRead(IReadOnlyDictionary<string, string> annotations) =>
        annotations.TryGetValue(Fingerprint, out string? fingerprint)
        && annotations.TryGetValue(Subject, out string? subject)
        && annotations.TryGetValue(Issuer, out string? issuer)
        && annotations.TryGetValue(SerialNumber, out string? serialNumber)
        && TryReadTime(annotations, NotBefore, out DateTimeOffset notBefore)
        && TryReadTime(annotations, NotAfter, out DateTimeOffset notAfter)
        && annotations.TryGetValue(KeyAlgorithm, out string? keyAlgorithm)
            ? new CertificateSummary
            {
                Thumbprint = fingerprint,
                Subject = subject,
                Issuer = issuer,
                SerialNumber = serialNumber,
                NotBefore = notBefore,
                NotAfter = notAfter,
                KeyAlgorithm = keyAlgorithm,
                IsCa = annotations.ContainsKey(IsCa),
                DnsNames = NamesOf(annotations, DnsNames),
                Uris = NamesOf(annotations, Uris),
                IpAddresses = NamesOf(annotations, IpAddresses),
                EmailAddresses = NamesOf(annotations, EmailAddresses),
            }
            : null;

    private static bool TryReadTime(IReadOnlyDictionary<string, string> annotations, string key, out DateTimeOffset time)
    {
        time = default;
        return annotations.TryGetValue(key, out string? text)
            && DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    private static ImmutableArray<string> NamesOf(IReadOnlyDictionary<string, string> annotations, string key) =>
        annotations.TryGetValue(key, out string? names) ? [.. names.Split(',')] : [];
}
