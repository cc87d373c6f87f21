using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace MeshSecrets.Loading;

/// <summary>Tells the runtime where the engine is, for as long as the module is imported.</summary>
/// <remarks>
/// <para>PowerShell calls this once per import and removal in every runspace. The handlers of an event count by
/// themselves: a removal in one runspace takes one away and leaves those of the others.</para>
/// <para>PowerShell loads all public types before it calls <see cref="OnImport"/>, when the engine cannot be found yet.
/// Hence no public type of this assembly derives from an engine type, implements an engine interface, or has a field
/// whose type is an engine struct; properties, methods and other fields may name the engine freely.</para>
/// </remarks>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <summary>Called by PowerShell when the module is imported. Loads nothing.</summary>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += ResolveEngine;

    /// <summary>Called by PowerShell when the module is removed.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo) => AssemblyLoadContext.Default.Resolving -= ResolveEngine;

    private static Assembly? ResolveEngine(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == EngineLoadContext.EngineName ? EngineLoadContext.Instance.LoadFromAssemblyName(name) : null;
}
