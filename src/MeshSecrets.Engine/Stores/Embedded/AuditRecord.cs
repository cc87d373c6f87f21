using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>What a line of the audit trail says, before it has its place in the chain.</summary>
internal readonly record struct AuditRecord(DateTimeOffset Time, string Actor, string Action, SecretId? Id, long Version, long Commit);
