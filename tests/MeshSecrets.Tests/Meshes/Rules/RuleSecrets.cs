using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Meshes.Rules;

/// <summary>Short ways to subjects, for cases.</summary>
internal static class RuleSecrets
{
    internal static RuleContext Context { get; } = new() { Now = CertificateRecipe.Now };

    /// <summary>A secret of values given as text, as the commands read it.</summary>
    internal static RuleSubject Subject(string name, string? mesh, string? @namespace, string type, params (string Key, string Value)[] values) =>
        RuleSubjects.OfSecret(Secret(name, mesh, @namespace, type, values), Context);

    internal static Secret Secret(string name, string? mesh, string? @namespace, string type, params (string Key, string Value)[] values)
    {
        SecretData data = new();
        foreach ((string key, string value) in values)
        {
            data.Set(key, Encoding.UTF8.GetBytes(value));
        }

        return new Secret(new SecretMetadata { Id = new SecretId(name, mesh, @namespace), Type = type, DataKeys = [.. data.Keys] }, data);
    }

    /// <summary>A certificate with what came with it; its key comes with it if it is that of the first.</summary>
    internal static RuleSubject Chain(ForgedCertificate certificate, IEnumerable<ForgedCertificate>? above = null, IEnumerable<ForgedCertificate>? roots = null, bool withKey = true) => new()
    {
        Target = "site.pem",
        Chain = [certificate.Info, .. (above ?? []).Select(forged => forged.Info)],
        Roots = [.. (roots ?? []).Select(forged => forged.Info)],
        Key = withKey ? certificate.KeyFacts : null,
        Context = Context,
    };
}
