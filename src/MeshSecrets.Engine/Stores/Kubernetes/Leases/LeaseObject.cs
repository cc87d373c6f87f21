using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MeshSecrets.Stores.Kubernetes.Leases;

/// <summary>A Lease (<c>coordination.k8s.io/v1</c>). What others wrote into its metadata goes through unread.</summary>
/// <remarks><see href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/"/>.</remarks>
internal sealed class LeaseObject
{
    public string ApiVersion { get; set; } = "coordination.k8s.io/v1";

    public string Kind { get; set; } = "Lease";

    public JsonObject Metadata { get; set; } = [];

    public LeaseSpec Spec { get; set; } = new();

    [JsonIgnore]
    internal string ResourceVersion => Metadata["resourceVersion"]?.GetValue<string>() ?? "";
}

/// <summary>Who holds it.</summary>
internal sealed class LeaseSpec
{
    // The server reads a MicroTime with exactly six digits.
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public string? HolderIdentity { get; set; }

    public int? LeaseDurationSeconds { get; set; }

    public string? AcquireTime { get; set; }

    public string? RenewTime { get; set; }

    public int? LeaseTransitions { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    [JsonIgnore]
    internal bool IsFree => string.IsNullOrEmpty(HolderIdentity);

    internal void Take(string identity, TimeSpan duration, DateTimeOffset now)
    {
        LeaseTransitions = HolderIdentity == identity ? LeaseTransitions : (LeaseTransitions ?? -1) + 1;
        HolderIdentity = identity;
        LeaseDurationSeconds = (int)Math.Ceiling(duration.TotalSeconds);
        AcquireTime = Format(now);
        RenewTime = AcquireTime;
    }

    internal void Renew(DateTimeOffset now) => RenewTime = Format(now);

    /// <summary>Gives it back: the next one need not wait for its end.</summary>
    internal void Release(DateTimeOffset now)
    {
        HolderIdentity = null;
        RenewTime = Format(now);
    }

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
