namespace MeshSecrets.Certificates.Names;

/// <summary>One attribute of a distinguished name.</summary>
/// <param name="Oid">Its type.</param>
/// <param name="Value">Its text; of a value that is none, <c>#</c> and the hexadecimal digits of its encoding.</param>
/// <param name="IsText">Whether it is text.</param>
internal readonly record struct NameAttribute(string Oid, string Value, bool IsText = true);
