using System.Globalization;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>Where the errors about manifests are born. None quotes a value.</summary>
internal static class ManifestErrors
{
    internal static MeshException Invalid(SourcePlace place, string what) => Error(
        "ManifestInvalid",
        place,
        $"{what}. Correct the manifest, or write it anew with 'kubectl get secret <name> -o yaml'.");

    internal static MeshException TooLarge(SourcePlace place, string what) => new(
        "ManifestTooLarge",
        MeshErrorKind.LimitExceeded,
        $"{place}: {what}. No object of a cluster is as large (etcd takes 1.5 MiB); name the manifest that was meant, or split it.",
        place.Source);

    internal static MeshException TextInvalid() => new(
        "ManifestTextInvalid",
        MeshErrorKind.InvalidData,
        "A text that is to be written into a manifest has half a character (a lone surrogate), which UTF-8 cannot hold. Correct it where it comes from.");

    internal static MeshException ValueAmbiguous(int line, int column) => Error(
        "ManifestValueAmbiguous",
        new("the manifest", line, column),
        "an unquoted value stands here that YAML 1.1 and 1.2 read differently (as yes, 010 or 1:30), so JSON cannot carry it as it was meant. Quote it, or write true, false or a decimal number.");

    internal static MeshException NoMaterial(string source, IEnumerable<string> kinds) => Error(
        "ManifestWithoutMaterial",
        new(source),
        $"the manifest holds no certificate or key ({Summary(kinds)}). Name a manifest of a Secret or ConfigMap with certificates or keys.");

    internal static MeshException ValueNotBase64(SourcePlace place, string field, string fault) => Error(
        "ManifestValueNotBase64",
        place,
        $"the value of {field} is no base64, as 'data' of a Secret must be: {fault}. Mend it with Repair-MeshSecret, or let 'kubectl create secret tls' write the manifest anew.");

    internal static MeshException ValueNotEncoded(SourcePlace place, string field) => Error(
        "ManifestValueNotEncoded",
        place,
        $"the value of {field} is plain PEM, but 'data' of a Secret must be in base64. Encode it, or rename 'data' to 'stringData'.");

    internal static MeshException ValueNotText(SourcePlace place, string field) => Error(
        "ManifestValueNotText",
        place,
        $"the value of {field} is no text but a number, a boolean, a list or fields, which the API server refuses. Put it in quotation marks.");

    /// <summary>An error about the content of an object, with the place where the object begins.</summary>
    internal static MeshException InObject(SourcePlace place, MeshException error) =>
        new(error.ErrorId, error.Kind, $"{place}: {error.Message}", error.Target, error);

    /// <summary>What keeps a text from being base64; it names counts and places, no character.</summary>
    internal static string Base64Fault(ReadOnlySpan<char> text)
    {
        int count = 0;
        int padding = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsWhiteSpace(c))
            {
                continue;
            }

            bool data = char.IsAsciiLetterOrDigit(c) || c is '+' or '/';
            if (c == '=')
            {
                padding++;
            }
            else if (!data || padding > 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"a stray character stands at place {i + 1} of {text.Length}");
            }

            count++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"it has {count} characters, where a multiple of 4 is demanded: {(count % 4 == 1 ? "one is too many" : "some are missing")}");
    }

    private static string Summary(IEnumerable<string> kinds)
    {
        string found = string.Join(", ", kinds.Distinct(StringComparer.Ordinal).Take(5));
        return found.Length == 0 ? "no object is in it" : $"found: {found}";
    }

    private static MeshException Error(string id, SourcePlace place, string what) =>
        new(id, MeshErrorKind.InvalidData, $"{place}: {what}", place.Source);
}
