using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Formats;

/// <summary>Finds an authority in files, whatever the mesh they are of.</summary>
public static class AuthorityFiles
{
    /// <summary>Reads the one authority that files and folders hold together.</summary>
    /// <param name="paths">Manifests, or folders of manifests or of values.</param>
    /// <param name="format">The form's name, or <see langword="null"/> for any that fits.</param>
    /// <param name="time">The present moment, at which it is judged.</param>
    /// <param name="found">Takes what a mesh would refuse in it: whoever takes an authority over should know.</param>
    /// <returns>The authority, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>FormatUnrecognized</c>, <c>FormatAmbiguous</c>, <c>FormatUnknown</c>; what is there is broken.</exception>
    public static AuthorityMaterial Read(IReadOnlyList<string> paths, string? format, DateTimeOffset time, Action<RuleFinding> found)
    {
        using MeshObjects objects = Gather(paths);
        AuthorityFormat[] candidates = format is null ? [.. MeshDialects.AuthorityFormats] : [MeshDialects.FindAuthorityFormat(format)];
        List<(AuthorityFormat Format, AuthorityMaterial Authority)> read = [];
        try
        {
            foreach (AuthorityFormat candidate in candidates)
            {
                if (candidate.TryRead(objects) is { } authority)
                {
                    read.Add((candidate, authority));
                }
            }
        }
        catch
        {
            read.ForEach(pair => pair.Authority.Dispose());
            throw;
        }

        AuthorityMaterial chosen = Choose(read, string.Join(", ", paths), candidates);
        Judge(objects, time, found);
        return chosen;
    }

    private static void Judge(MeshObjects objects, DateTimeOffset time, Action<RuleFinding> found)
    {
        RuleJudge judge = new([]);
        RuleContext context = new() { Now = time };
        foreach (RuleFinding finding in objects.Secrets.SelectMany(secret => judge.Judge(RuleSubjects.OfSecret(secret, context))))
        {
            if (finding.Severity == RuleSeverity.Error)
            {
                found(finding);
            }
        }
    }

    /// <summary>One object may fit several forms (a later version's and an earlier one's); what they say must then be the same.</summary>
    private static AuthorityMaterial Choose(List<(AuthorityFormat Format, AuthorityMaterial Authority)> found, string source, AuthorityFormat[] candidates)
    {
        if (found.Count == 0)
        {
            throw FormatErrors.Unrecognized(source, candidates.Select(candidate => candidate.Name));
        }

        // One with its key says more than its trusted roots alone.
        (AuthorityFormat _, AuthorityMaterial best) = found.MaxBy(pair => (pair.Authority.HasPrivateKey, !pair.Authority.Chain.IsEmpty));
        bool several = found.Exists(pair => pair.Authority.HasPrivateKey && pair.Authority.Chain[0].Thumbprint != best.Chain[0].Thumbprint);
        found.Where(pair => several || pair.Authority != best).ToList().ForEach(pair => pair.Authority.Dispose());
        return several ? throw FormatErrors.Ambiguous(source, found.Select(pair => pair.Format.Name)) : best;
    }

    private static MeshObjects Gather(IReadOnlyList<string> paths)
    {
        List<Secret> secrets = [];
        List<Manifest> manifests = [];
        try
        {
            foreach (string path in paths)
            {
                MeshObjects objects = ObjectReader.Read(path);
                secrets.AddRange(objects.Secrets);
                manifests.AddRange(objects.Manifests);
            }
        }
        catch
        {
            secrets.ForEach(secret => secret.Dispose());
            throw;
        }

        return new MeshObjects([.. secrets], [.. manifests]);
    }
}
