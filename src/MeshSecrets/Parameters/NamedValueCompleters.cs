using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets.Commands;

/// <summary>Completes the names of leaf profiles.</summary>
public sealed class ProfileCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of([.. CertificateProfile.Leaves.Select(profile => profile.Name), CertificateProfile.CustomName], wordToComplete);
}

/// <summary>Completes the names of extended key usages.</summary>
public sealed class ExtendedKeyUsageCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(ExtendedKeyUsageName.All, wordToComplete);
}

/// <summary>Completes durations in common use.</summary>
public sealed class DurationCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(["1h", "24h", "7d", "30d", "90d", "365d", "3650d"], wordToComplete);
}
