namespace MeshSecrets.Tests;

/// <summary>Demands an expected failure by its identifier.</summary>
internal static class Fails
{
    internal static MeshException With(string errorId, Func<object?> work)
    {
        MeshException error = Assert.Throws<MeshException>(work);
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }
}
