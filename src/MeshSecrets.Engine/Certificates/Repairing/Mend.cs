namespace MeshSecrets.Certificates.Repairing;

/// <summary>What mends one kind of fault.</summary>
/// <param name="Description">What is done, as a user reads it: an imperative sentence without a full stop.</param>
/// <param name="Apply">Gives the content without the fault, or <see langword="null"/> if it cannot be mended here.</param>
/// <param name="IsDecoding">Whether it gives another text, by decoding the whole: what is there intact must then stand in that one.</param>
internal sealed record Mend(string Description, Func<ContentRepair, byte[]?> Apply, bool IsDecoding = false);
