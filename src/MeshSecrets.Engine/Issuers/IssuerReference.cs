namespace MeshSecrets.Issuers;

/// <summary>What names an issuer: its kind, and its name within the kind.</summary>
/// <param name="Kind">The kind, in lower case: <c>embedded</c>.</param>
/// <param name="Name">The name; for the embedded kind the authority's identity in the store, as <c>global/mesh-ca</c>.</param>
public sealed record IssuerReference(string Kind, string Name)
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The reference, or <see langword="null"/> if the text is none.</returns>
    public static IssuerReference? TryParse(string? text)
    {
        int colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon > 0 && colon < text!.Length - 1 ? new IssuerReference(text[..colon], text[(colon + 1)..]) : null;
    }

    /// <summary>Kind and name.</summary>
    /// <returns>For example <c>embedded:global/mesh-ca</c>.</returns>
    public override string ToString() => $"{Kind}:{Name}";
}
