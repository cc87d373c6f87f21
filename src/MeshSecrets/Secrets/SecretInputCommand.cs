using System.Collections;
using System.Management.Automation;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that are given values: one, several, or files.</summary>
public abstract class SecretInputCommand : ScopedCommand
{
    private protected const string ValueSet = "Value";
    private protected const string DataSet = "Data";
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";

    /// <summary>The value: a string, a SecureString, bytes or a file. Never from the pipeline itself, but from a property of that name.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = ValueSet)]
    [SecretInput]
    public SecretInput? Value { get; set; }

    /// <summary>The data key of the value, <c>value</c> if not given; or that of a single file instead of its name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ValueSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ArgumentCompleter(typeof(DataKeyCompleter))]
    [AllowNull]
    [AllowEmptyString]
    public string? Key { get; set; }

    /// <summary>Several data keys with their values: <c>@{ user = 'app'; password = $password }</c>.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = DataSet)]
    [SecretInput]
    public SecretInput? Data { get; set; }

    /// <summary>Files, each a value whose data key is the file's name; wildcards are permitted.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files, named literally.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Labels, by which secrets are selected: <c>@{ team = 'shop' }</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public IDictionary? Label { get; set; }

    /// <summary>Annotations: notes that are not selected by.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public IDictionary? Annotation { get; set; }

    /// <summary>Puts what was given into the data of a secret.</summary>
    /// <param name="data">The data.</param>
    /// <param name="usualKey">The data key of a value for which none was given.</param>
    private protected void CopyInputTo(SecretData data, Func<string> usualKey)
    {
        if (Value is not null)
        {
            Value.CopyTo(data, string.IsNullOrEmpty(Key) ? usualKey() : Key);
        }

        Data?.CopyTableTo(data);
        string[] files = [.. Path.SelectMany(FilePaths.Expand), .. LiteralPath.Select(FilePaths.LiteralExisting)];
        if (files.Length > 1 && !string.IsNullOrEmpty(Key))
        {
            throw SecretInputErrors.KeyForManyFiles(Key);
        }

        foreach (string file in files)
        {
            SecretFile.CopyTo(data, string.IsNullOrEmpty(Key) ? System.IO.Path.GetFileName(file) : Key, file);
        }
    }
}
