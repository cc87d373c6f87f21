namespace MeshSecrets.Meshes.Rules;

/// <summary>Material that the strict reader refused.</summary>
/// <param name="ErrorId">The reader's error: <c>PemArmourMissing</c>, <c>CertificateExpectedRequestFound</c>.</param>
/// <param name="Message">What is wrong, where, and what to do; never a value.</param>
public sealed record MaterialFault(string ErrorId, string Message);
