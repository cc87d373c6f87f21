using System.Management.Automation;
using System.Security.Cryptography;
using MeshSecrets.Meshes.Editing;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Opens the user's editor on a TLS key as YAML, and applies what was changed.</summary>
[Cmdlet(VerbsData.Edit, "MeshTlsKey", SupportsShouldProcess = true)]
[OutputType(typeof(MeshTlsKey))]
public sealed class EditMeshTlsKeyCommand : ScopedCommand
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TlsKeyCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Put the private key into the document, too. The audit trail notes it.</summary>
    [Parameter]
    public SwitchParameter IncludePrivateKey { get; set; }

    /// <summary>Write the changed TLS key out.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Let the server check everything, keep nothing, and give what would be: for stores in a cluster.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <inheritdoc/>
    protected override void Process()
    {
        SecretId id = ToId(Name);
        MeshStore store = FindStore() ?? throw SecretInputErrors.NotFound(id);
        ISecretStore writer = WriterOf(store); // Before somebody types what cannot be tried.
        using Secret current = Run(ct => store.Engine.GetRequiredAsync(id, ct));
        if (current.Metadata.Type != SecretType.Tls)
        {
            throw TlsKeyErrors.NotATlsKey(id, current.Metadata.Type);
        }

        if (!ShouldProcess(id.ToString(), IncludePrivateKey ? "Edit TLS key with its private key" : "Edit TLS key"))
        {
            return;
        }

        string editor = Editor();
        if (IncludePrivateKey)
        {
            Run(ct => store.Engine.NoteAccessAsync([id], "reveal", ct));
        }

        using Secret? edited = Edit(current, editor);
        if (edited is null)
        {
            WriteVerbose($"Nothing of {id} was changed.");
            return;
        }

        // The resource version is that of what was shown: somebody else's change meanwhile is not lost.
        SecretMetadata stored = Run(ct => writer.PutAsync(new SecretWrite(edited, WriteMode.Update), ct));
        if (PassThru || IsDryRun)
        {
            WriteObject(new MeshTlsKey(stored, store));
        }
    }

    private static string Editor()
    {
        string? named = new[] { "VISUAL", "EDITOR" }.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        if (named is not null)
        {
            return named;
        }

        // The usual one needs somebody who types.
        return Console.IsInputRedirected ? throw TlsKeyErrors.EditorMissing() : OperatingSystem.IsWindows() ? "notepad" : "vi";
    }

    /// <summary>Opens the editor until the document is valid, or given up: emptied, or saved as it was when it was refused.</summary>
    private Secret? Edit(Secret current, string editor)
    {
        TlsKeyDocument document = new(current, IncludePrivateKey);
        using PrivateEditing editing = new($"{current.Id.Name}.yaml");
        byte[] shown = document.Write();
        try
        {
            MeshException? problem = null;
            while (true)
            {
                byte[] saved = Run(ct => editing.EditAsync(shown, editor, ct));
                bool isSame = saved.AsSpan().SequenceEqual(shown);
                CryptographicOperations.ZeroMemory(shown);
                shown = saved;
                if (isSame || TlsKeyDocument.IsEmpty(saved))
                {
                    return problem is null ? null : throw problem;
                }

                try
                {
                    return document.Read(saved);
                }
                catch (MeshException refused)
                {
                    problem = refused;
                    shown = TlsKeyDocument.WithProblem(saved, refused.Message);
                    CryptographicOperations.ZeroMemory(saved);
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shown);
        }
    }
}
