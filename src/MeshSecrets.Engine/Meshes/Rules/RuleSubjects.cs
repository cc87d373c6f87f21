using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Rules;

/// <summary>
/// Makes subjects of what users have: files, secrets in the form of any mesh, resources. Material that the strict reader
/// refuses becomes a fault of the subject, so that it is a finding like any other.
/// </summary>
public static class RuleSubjects
{
    /// <summary>The subject of a secret: its certificates, key and revocation lists by the names of its data keys.</summary>
    /// <param name="secret">The secret; it stays the caller's, and must live as long as the subject.</param>
    /// <param name="context">What is known of the surroundings.</param>
    /// <returns>The subject, named by the secret's identity.</returns>
    public static RuleSubject OfSecret(Secret secret, RuleContext context) => OfSecret(secret, SubjectCompanions.None, context);

    /// <summary>The subject of a secret, and of what came with it elsewhere.</summary>
    /// <param name="secret">The secret; it stays the caller's, and must live as long as the subject.</param>
    /// <param name="companions">What is to be trusted, and revocation lists; the key is the secret's.</param>
    /// <param name="context">What is known of the surroundings.</param>
    /// <returns>The subject, named by the secret's identity.</returns>
    public static RuleSubject OfSecret(Secret secret, SubjectCompanions companions, RuleContext context)
    {
        SecretData data = secret.GetData();
        SubjectMaterial material = new(MaterialReadOptions.Default);
        foreach ((string key, ValueRole role) in SecretLayout.Of(data.Keys))
        {
            ReadOnlyMemory<byte> value = data.GetValue(key);
            bool isMaterial = role is ValueRole.Any or ValueRole.AnyOrRoots
                ? MaterialReader.LooksLikeMaterial(value.Span) // Other values (passwords, settings) are none of the rules' business.
                : !value.IsEmpty || key is DataKey.Certificate or DataKey.PrivateKey; // In other layouts some are empty by their makers' will (istio-ca-secret).
            if (isMaterial)
            {
                material.Read(value, $"{secret.Id}, {key}", role);
            }
        }

        Read(material, companions);
        return material.ToSubject(secret.Id.ToString(), context) with { Secret = secret };
    }

    /// <summary>The subject of a resource; of a ConfigMap, the certificates in it are what is trusted.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="context">What is known of the surroundings.</param>
    /// <returns>The subject, named by the resource's kind and name.</returns>
    public static RuleSubject OfResource(Manifest resource, RuleContext context)
    {
        SubjectMaterial material = new(MaterialReadOptions.Default);
        foreach ((string key, ManifestNode value) in resource.Kind == "ConfigMap" ? resource.Root.Find("data")?.Fields ?? [] : [])
        {
            byte[] content = System.Text.Encoding.UTF8.GetBytes(value.Text ?? "");
            if (MaterialReader.LooksLikeMaterial(content))
            {
                material.Read(content, $"{resource}, {key}", ValueRole.Roots);
            }
        }

        return material.ToSubject(resource.ToString(), context) with { Resource = resource };
    }

    /// <summary>The subject of a manifest: a secret in any form, or a resource. What its form refuses is a fault.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="context">What is known of the surroundings.</param>
    /// <returns>The subject; the caller disposes its secret, if it has one.</returns>
    public static RuleSubject OfManifest(Manifest manifest, RuleContext context) => ManifestSubject.Of(manifest, context);

    /// <summary>The subject of files that bear the names of data keys, as a secret is made from a folder of them.</summary>
    /// <param name="target">What they are together: their folder.</param>
    /// <param name="names">The names of the files that are there.</param>
    /// <param name="read">Reads one by its name.</param>
    /// <param name="context">What is known of the surroundings.</param>
    /// <returns>The subject and the names that belong to it; <see langword="null"/> if the names are those of no system.</returns>
    public static (RuleSubject Subject, ImmutableArray<string> Names)? OfFolder(string target, IReadOnlyList<string> names, Func<string, SourceContent> read, RuleContext context)
    {
        if (SecretLayout.OfKnown(names) is not { IsDefault: false } layout)
        {
            return null;
        }

        SubjectMaterial material = new(MaterialReadOptions.Default);
        foreach ((string name, ValueRole role) in layout)
        {
            SourceContent content = read(name);
            material.Read(content.Content, content.Source, role);
        }

        return (material.ToSubject(target, context), [.. layout.Select(part => part.Key)]);
    }

    /// <summary>The subject of something that could not be read at all.</summary>
    /// <param name="target">What it is.</param>
    /// <param name="refused">Why.</param>
    /// <param name="context">What is known of the surroundings.</param>
    /// <returns>The subject.</returns>
    public static RuleSubject OfUnreadable(string target, MeshException refused, RuleContext context)
    {
        SubjectMaterial material = new(MaterialReadOptions.Default);
        material.Add(refused);
        return material.ToSubject(target, context);
    }

    /// <summary>
    /// The subjects of a content with certificates: one with its chain and key; or, of a bundle of certificates that are
    /// all self-issued, one for each.
    /// </summary>
    /// <param name="certificates">The content (PEM, DER, PKCS#12, PKCS#7); it may hold the key, too.</param>
    /// <param name="companions">What came with it.</param>
    /// <param name="options">Password and limits.</param>
    /// <param name="context">What is known of the surroundings.</param>
    /// <returns>The subjects, named by the content's source.</returns>
    public static ImmutableArray<RuleSubject> OfContent(SourceContent certificates, SubjectCompanions companions, MaterialReadOptions options, RuleContext context)
    {
        SubjectMaterial material = new(options);
        material.Read(certificates.Content, certificates.Source, ValueRole.Any);
        if (companions.Key is { } key)
        {
            material.Read(key.Content, key.Source, ValueRole.Key);
        }

        Read(material, companions);
        RuleSubject subject = material.ToSubject(certificates.Source, context);
        bool isBundle = subject.Chain.Length > 1 && !material.HasKey && subject.Chain.All(certificate => certificate.IsSelfIssued);
        return isBundle ? [.. subject.Chain.Select(certificate => Single(subject, certificate))] : [subject];
    }

    private static void Read(SubjectMaterial material, SubjectCompanions companions)
    {
        foreach (SourceContent authorities in companions.Authorities)
        {
            material.Read(authorities.Content, authorities.Source, ValueRole.Roots);
        }

        foreach (SourceContent crls in companions.Crls)
        {
            material.Read(crls.Content, crls.Source, ValueRole.Crls);
        }
    }

    private static RuleSubject Single(RuleSubject bundle, CertificateInfo certificate) => bundle with
    {
        Target = $"{bundle.Target}: {certificate}",
        Chain = [certificate],
        Faults = certificate == bundle.Chain[0] ? bundle.Faults : [],
    };
}
