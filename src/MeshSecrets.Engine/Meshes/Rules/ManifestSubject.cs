using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Rules;

/// <summary>
/// Makes a subject of a manifest. A secret that its form refuses is read once more value by value, so that one broken
/// value does not hide what is wrong with the others.
/// </summary>
internal static class ManifestSubject
{
    /// <summary>What a form refuses for the sake of what rules say better.</summary>
    private const string Mismatch = "KeyCertificateMismatch";

    internal static RuleSubject Of(Manifest manifest, RuleContext context)
    {
        if (MeshDialects.RecognizeSecret(manifest) is not { } form)
        {
            // As consoles show a secret for editing: without kind, or without apiVersion. Other JSON has data, too, as Vault's answers.
            bool mayBeSecret = manifest.Kind == "Secret" || (manifest.Kind.Length == 0 && manifest.Root.Find("metadata") is { Kind: ManifestNodeKind.Mapping });
            return mayBeSecret && manifest.Root.Find("data") is { Kind: ManifestNodeKind.Mapping }
                ? OfValues(manifest, refused: null, context) with { Resource = manifest }
                : RuleSubjects.OfResource(manifest, context);
        }

        try
        {
            return RuleSubjects.OfSecret(form.Read(manifest), context) with { Resource = manifest };
        }
        catch (MeshException refused)
        {
            return OfValues(manifest, refused, context) with { Resource = manifest };
        }
    }

    private static RuleSubject OfValues(Manifest manifest, MeshException? refused, RuleContext context)
    {
        SecretData data = new();
        List<MaterialFault> faults = [];
        foreach ((string section, bool encoded) in (ReadOnlySpan<(string, bool)>)[("data", true), ("stringData", false)])
        {
            foreach ((string key, ManifestNode value) in manifest.Root.Find(section)?.Fields ?? [])
            {
                Note(faults, () => data.Set(key, Value(manifest, key, value, encoded)));
            }
        }

        if (IdOf(manifest, faults) is not { } id)
        {
            data.Dispose();
            return RuleSubjects.OfResource(manifest, context) with { Faults = [.. faults] };
        }

        SecretMetadata metadata = new()
        {
            Id = id,
            Type = manifest.Root["type"] ?? SecretType.Opaque,
            Labels = manifest.Labels,
            Annotations = manifest.Annotations,
            DataKeys = [.. data.Keys],
        };
        RuleSubject subject = RuleSubjects.OfSecret(new Secret(metadata, data), context);
        bool isSaid = refused is null || faults.Count > 0 || !subject.Faults.IsEmpty || (refused.ErrorId == Mismatch && subject is { Key: not null, Certificate: not null });
        return subject with { Faults = [.. faults, .. subject.Faults, .. isSaid ? Enumerable.Empty<MaterialFault>() : [new MaterialFault(refused!.ErrorId, refused.Message)]] };
    }

    private static SecretId? IdOf(Manifest manifest, List<MaterialFault> faults)
    {
        SecretId? id = null;
        Note(faults, () => id = new SecretId(manifest.Name, manifest.Mesh, manifest.Namespace));
        return id;
    }

    private static byte[] Value(Manifest manifest, string key, ManifestNode value, bool encoded) => encoded
        ? ManifestValue.FromBase64(value.Text ?? "", new SourcePlace(manifest.Source, value.Line, value.Column), $"{manifest}, {key}")
        : Encoding.UTF8.GetBytes(value.Text ?? "");

    private static void Note(List<MaterialFault> faults, Action read)
    {
        try
        {
            read();
        }
        catch (MeshException refused)
        {
            faults.Add(new MaterialFault(refused.ErrorId, refused.Message));
        }
    }
}
