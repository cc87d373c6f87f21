namespace MeshSecrets.Stores.Kubernetes.Leases;

/// <summary>Where the errors of leases are born.</summary>
internal static class LeaseErrors
{
    internal static MeshException Held(string name, string @namespace, LeaseSpec held) => new(
        "LeaseHeld",
        MeshErrorKind.Conflict,
        $"'{held.HolderIdentity}' holds the lease {name} in namespace {@namespace} since {held.AcquireTime ?? "an unknown time"} (renewed at {held.RenewTime ?? "an unknown time"}). "
            + $"Wait for its end: a runner that died loses it {held.LeaseDurationSeconds ?? 0} s after others first saw it silent.",
        $"{@namespace}/{name}");
}
