using System.Management.Automation;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Proves every record of a store, every kept version and the audit trail, or, of a cluster, that its version and your permissions suffice; gives what is wrong, or nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MeshStore")]
[OutputType(typeof(MeshStoreFinding), typeof(bool))]
public sealed class TestMeshStoreCommand : WholeStoreCommand
{
    /// <summary>Gives only whether all is well.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override bool OpensDamaged => true;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Quiet)
        {
            WriteObject(IsSound());
            return;
        }

        foreach (MeshStoreFinding finding in Verify())
        {
            WriteObject(finding);
        }
    }

    private IEnumerable<MeshStoreFinding> Verify()
    {
        MeshStore store = RequireStore();
        IVerifiableStore verifiable = store.Require<IVerifiableStore>("cannot prove its own integrity");
        return Stream(verifiable.VerifyAsync).Select(finding => new MeshStoreFinding(finding, store));
    }

    // A store too damaged to be opened is not sound; one that is not there, or is locked, is another matter.
    private bool IsSound()
    {
        try
        {
            return !Verify().Any();
        }
        catch (MeshException e) when (e.Kind == MeshErrorKind.InvalidData)
        {
            WriteVerbose(e.Message);
            return false;
        }
    }
}
