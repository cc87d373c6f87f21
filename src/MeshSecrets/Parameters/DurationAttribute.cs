using System.Management.Automation;
using MeshSecrets.Certificates;

namespace MeshSecrets.Commands;

/// <summary>Lets a parameter take a span of time as text (<c>24h</c>, <c>90d</c>, <c>P90D</c>) or as a <see cref="TimeSpan"/>.</summary>
/// <remarks>A bare number is refused: PowerShell would take it for ticks.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return value switch
            {
                TimeSpan span when span > TimeSpan.Zero => span,
                null or "" => null, // An empty cell of a table: not given.

                // The wrapped object, not the number in it: it still knows that a bare 90d was typed, which PowerShell
                // reads as the decimal number 90.
                _ => Duration.Parse(LanguagePrimitives.ConvertTo<string>(inputData)),
            };
        }
        catch (MeshException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
