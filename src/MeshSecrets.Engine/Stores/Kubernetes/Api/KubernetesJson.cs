using System.Text.Json;
using System.Text.Json.Serialization;
using MeshSecrets.Stores.Kubernetes.Resources;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>The objects of the API as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(SecretObject))]
[JsonSerializable(typeof(MetadataObject))]
[JsonSerializable(typeof(MetadataPage))]
[JsonSerializable(typeof(TablePage))]
[JsonSerializable(typeof(DeleteOptions))]
[JsonSerializable(typeof(ServerVersion))]
[JsonSerializable(typeof(Leases.LeaseObject))]
[JsonSerializable(typeof(AccessReview))]
[JsonSerializable(typeof(ApiGroupList))]
[JsonSerializable(typeof(ApiResourceList))]
[JsonSerializable(typeof(WorkloadObject))]
[JsonSerializable(typeof(WorkloadPage))]
[JsonSerializable(typeof(JsonDocument))]
[JsonSerializable(typeof(WatchEvent))]
internal sealed partial class KubernetesJson : JsonSerializerContext;
