using System.Text.Json.Serialization;

namespace MeshSecrets.Stores.Embedded;

/// <summary>Reads and writes <c>store.json</c> and the header of a backup; anything that does not belong there is an alteration.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(StoreSettings))]
[JsonSerializable(typeof(BackupHeader))]
internal sealed partial class StoreJson : JsonSerializerContext;
