namespace MeshSecrets.Certificates.Repairing;

/// <summary>A fault as the strict reader names it, and what mends it.</summary>
/// <param name="Id">The strict reader's stable identifier, for example <c>PemStrayCharacter</c>.</param>
/// <param name="Message">
/// What is wrong, where, and what to do. The place is that in the text as mended so far: behind the first fault, lines
/// may have moved.
/// </param>
/// <param name="Mend">What the repair does about it; <see langword="null"/> if it cannot be mended.</param>
public sealed record RepairFault(string Id, string Message, string? Mend);
