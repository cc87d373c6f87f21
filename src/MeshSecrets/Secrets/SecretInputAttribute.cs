using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>Hides what a user gave for a secret from all that PowerShell does with parameters.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretInputAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            null => null,
            SecretInput input => input,
            // A number on the command line; PowerShell remembers how it was typed, leading zeros included.
            int or long or double or decimal => new SecretInput(LanguagePrimitives.ConvertTo<string>(inputData)),
            object value => new SecretInput(value),
        };
}
