namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// An identity out of files that somebody else keeps current: a token file, as the kubelet renews it in Pods, or a client
/// certificate with its key. They are read again each minute, as client-go does, and when the server refuses what was read.
/// </summary>
internal sealed class FileCredential : Credential
{
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Func<ClusterIdentity> _read;
    private ClusterIdentity _current;
    private ClusterIdentity? _former;
    private DateTimeOffset? _readAt;

    /// <summary>Reads the files once, so that what is wrong with them is said at once.</summary>
    internal FileCredential(Func<ClusterIdentity> read)
    {
        _read = read;
        _current = read();
    }

    internal override ValueTask<ClusterIdentity> GetAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (_readAt is null)
            {
                _readAt = now;
            }
            else if (now - _readAt >= s_period || _current.Certificate?.IsExpired(now) == true)
            {
                ReadAgain(now, forgiving: _current.Certificate?.IsExpired(now) != true);
            }

            _current.Certificate?.EnsureCurrent(now);
            return new(_current);
        }
    }

    internal override ValueTask<ClusterIdentity> RenewAsync(ClusterIdentity refused, TimeProvider time, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_current, refused))
            {
                ReadAgain(time.GetUtcNow(), forgiving: false);
            }

            return new(_current);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _current.Certificate?.Dispose();
            _former?.Certificate?.Dispose();
        }
    }

    private void ReadAgain(DateTimeOffset now, bool forgiving)
    {
        _readAt = now;
        ClusterIdentity fresh;
        try
        {
            fresh = _read();
        }
        catch (MeshException) when (forgiving)
        {
            // Caught in the middle of being replaced; what was read before holds until the server refuses it.
            return;
        }

        if (fresh.SameAs(_current))
        {
            fresh.Certificate?.Dispose();
            return;
        }

        // A connection that is just being made may still need the former certificate, but not the one before.
        _former?.Certificate?.Dispose();
        _former = _current;
        _current = fresh;
    }
}
