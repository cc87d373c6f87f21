using MeshSecrets.Rotation;
using MeshSecrets.Secrets;

namespace MeshSecrets;

/// <summary>What became, or would become, of a TLS key that is due.</summary>
public sealed class MeshRotationResult
{
    private const string Planned = "Planned";

    private readonly RotationItem _item;
    private readonly RotationResult? _result;

    internal MeshRotationResult(RotationItem item, MeshStore store)
    {
        _item = item;
        Store = store;
    }

    internal MeshRotationResult(RotationResult result, MeshStore store)
        : this(result.Item, store) =>
        _result = result;

    /// <summary>Whether the renewal was tried only.</summary>
    internal bool IsTrial { get; init; }

    /// <summary>Whether it has, or on a trial would have, a new certificate.</summary>
    internal bool IsDone => _result is null || _result.Status == RotationStatus.Renewed;

    /// <summary>The secret as it was stored, or nothing.</summary>
    internal SecretMetadata? Stored => IsTrial ? null : _result?.Metadata;

    /// <summary>The name.</summary>
    public string Name => _item.Secret.Id.Name;

    /// <summary>The mesh, or nothing.</summary>
    public string? Mesh => _item.Secret.Id.Mesh;

    /// <summary>The Kubernetes namespace, or nothing.</summary>
    public string? Namespace => _item.Secret.Id.Namespace;

    /// <summary>Whether it has neither mesh nor namespace.</summary>
    public bool Global => _item.Secret.Id.IsGlobal;

    /// <summary><c>Renewed</c>, <c>Superseded</c> (somebody else changed it meanwhile), <c>Failed</c>, or with -WhatIf, and with -DryRun once the server agreed, <c>Planned</c>.</summary>
    public string Status => _result is null || (IsTrial && _result.Status == RotationStatus.Renewed) ? Planned : _result.Status.ToString();

    /// <summary>Why it is due: <c>Expired</c>, <c>EndIsNear</c>, <c>ShareOfLifeUsed</c> or <c>Forced</c>.</summary>
    public string ReasonId => _item.Reason.ReasonId;

    /// <summary>The same in words.</summary>
    public string Reason => _item.Reason.Message;

    /// <summary>SHA-256 of the certificate before.</summary>
    public string? OldThumbprint => _item.Secret.Certificate?.Thumbprint;

    /// <summary>SHA-256 of the certificate after; nothing if it was not renewed.</summary>
    public string? Thumbprint => IsTrial ? null : _result?.Metadata?.Certificate?.Thumbprint;

    /// <summary>When the certificate before ends (UTC).</summary>
    public DateTime? OldNotAfter => _item.Secret.Certificate?.NotAfter.UtcDateTime;

    /// <summary>When the certificate after ends (UTC); nothing if it was not renewed.</summary>
    public DateTime? NotAfter => _result?.Metadata?.Certificate?.NotAfter.UtcDateTime;

    /// <summary>Whether the new life is shorter than asked, because the authority's own ends earlier.</summary>
    public bool Shortened => _result?.IsShortened ?? false;

    /// <summary>The id of what went wrong, or nothing.</summary>
    public string? ErrorId => _result?.Error?.ErrorId;

    /// <summary>What went wrong, or nothing.</summary>
    public string? ErrorMessage => _result?.Error?.Message;

    /// <summary>Where it is kept.</summary>
    public MeshStore Store { get; }

    /// <summary>Scope, name and status.</summary>
    /// <returns>For example <c>mesh/default/web: Renewed</c>.</returns>
    public override string ToString() => $"{_item.Secret.Id}: {Status}";
}
