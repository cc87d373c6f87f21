using System.Reflection;
using System.Runtime.Loader;

namespace MeshSecrets.Loading;

/// <summary>
/// Where the engine and its dependencies live, apart from everything that other modules have loaded.
/// </summary>
/// <remarks>
/// Whatever lies beside the engine is taken from there, even if the process holds another copy of the same name.
/// Without the override of <see cref="Load"/> such a copy would win, equal version or not
/// (https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/3394).
/// </remarks>
internal sealed class EngineLoadContext : AssemblyLoadContext
{
    internal const string EngineName = "MeshSecrets.Engine";

    private readonly AssemblyDependencyResolver _resolver;

    private EngineLoadContext(string enginePath)
        : base(EngineName) => _resolver = new AssemblyDependencyResolver(enginePath);

    /// <summary>The one context of the process, shared by all runspaces, so that the engine's types exist once.</summary>
    internal static EngineLoadContext Instance { get; } = new(EnginePath());

    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static string EnginePath() =>
        Path.Combine(Path.GetDirectoryName(typeof(EngineLoadContext).Assembly.Location)!, "engine", EngineName + ".dll");
}
