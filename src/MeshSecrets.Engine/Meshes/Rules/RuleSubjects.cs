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
    public static RuleSubject OfSecret(Secret secret, RuleContext context)
    {
        SecretData data = secret.GetData();
        SubjectMaterial material = new(MaterialReadOptions.Default);
        foreach ((string key, ValueRole role) in SecretLayout.Of(data))
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

        foreach (SourceContent authorities in companions.Authorities)
        {
            material.Read(authorities.Content, authorities.Source, ValueRole.Roots);
        }

        foreach (SourceContent crls in companions.Crls)
        {
            material.Read(crls.Content, crls.Source, ValueRole.Crls);
        }

        RuleSubject subject = material.ToSubject(certificates.Source, context);
        bool isBundle = subject.Chain.Length > 1 && !material.HasKey && subject.Chain.All(certificate => certificate.IsSelfIssued);
        return isBundle ? [.. subject.Chain.Select(certificate => Single(subject, certificate))] : [subject];
    }

    private static RuleSubject Single(RuleSubject bundle, CertificateInfo certificate) => bundle with
    {
        Target = $"{bundle.Target}: {certificate}",
        Chain = [certificate],
        Faults = certificate == bundle.Chain[0] ? bundle.Faults : [],
    };
}
