namespace MeshSecrets.Certificates.Profiles;

/// <summary>The names of extended key usages (RFC 5280 §4.2.1.12), which stand for their OIDs wherever one is asked.</summary>
public static class ExtendedKeyUsageName
{
    private static readonly (string Oid, string Name)[] s_names =
    [
        (Oids.ServerAuth, "serverAuth"),
        (Oids.ClientAuth, "clientAuth"),
        ("1.3.6.1.5.5.7.3.3", "codeSigning"),
        ("1.3.6.1.5.5.7.3.4", "emailProtection"),
        ("1.3.6.1.5.5.7.3.8", "timeStamping"),
        ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
        (Oids.AnyExtendedKeyUsage, "anyExtendedKeyUsage"),
    ];

    /// <summary>All names.</summary>
    public static IEnumerable<string> All => s_names.Select(entry => entry.Name);

    /// <summary>The name of an OID, or the OID itself.</summary>
    /// <param name="oid">The OID.</param>
    /// <returns>For example <c>serverAuth</c>.</returns>
    public static string FromOid(string oid) => s_names.FirstOrDefault(entry => entry.Oid == oid).Name ?? oid;

    /// <summary>The OID of a name, or of itself.</summary>
    /// <param name="nameOrOid">A name in any case, or an OID.</param>
    /// <returns>The OID.</returns>
    /// <exception cref="MeshException"><c>ExtendedKeyUsageUnknown</c>.</exception>
    public static string ToOid(string nameOrOid)
    {
        string? oid = s_names.FirstOrDefault(entry => entry.Name.Equals(nameOrOid, StringComparison.OrdinalIgnoreCase)).Oid;
        return oid ?? (Oids.IsWellFormed(nameOrOid) ? nameOrOid : throw CertificateErrors.ExtendedKeyUsageUnknown(nameOrOid));
    }
}
