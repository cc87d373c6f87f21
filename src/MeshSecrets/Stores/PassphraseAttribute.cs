using System.Management.Automation;
using System.Security;

namespace MeshSecrets.Commands;

/// <summary>Refuses a passphrase in plain text without repeating it, as PowerShell's own message would.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PassphraseAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is null or SecureString)
        {
            return value;
        }

        MeshException error = SessionErrors.PassphraseNotSecure(value.GetType());
        throw new ArgumentTransformationMetadataException(error.Message, error);
    }
}
