using System.Management.Automation;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <content>Secrets of the store.</content>
public sealed partial class RepairMeshSecretCommand
{
    private void RepairStored(MeshSecret secret)
    {
        if (Destination is not null)
        {
            throw RepairErrors.DestinationOfStored();
        }

        ISecretStore writer = WriterOf(secret.Store); // Refuses a trial that cannot be, even of what is sound.
        using Secret stored = Run(ct => secret.Store.Engine.GetRequiredAsync(secret.Metadata.Id, ct));
        string[] keys = [.. stored.GetData().Keys.Where(key => RepairInput.IsMaterialName(key) || MaterialReader.LooksLikeMaterial(stored.GetData().GetValue(key).Span))];
        RepairInput[] inputs = [.. keys.Select(key => new RepairInput($"{stored.Id}, {key}", stored.GetData().GetValue(key)) { Expected = RepairInput.ExpectedIn(key) })];
        IReadOnlyList<RepairReport> reports = Run(ct => Task.FromResult(MaterialRepair.Examine(inputs, options: null, ct)));
        try
        {
            bool isWritten = MayWrite(reports, isInPlace: true)
                && reports.Any(report => report.HasContent)
                && ShouldProcess(stored.Id.ToString(), "Write the mended values as a new version");
            if (isWritten)
            {
                Write(writer, stored, keys.Zip(reports));
            }

            foreach ((string key, RepairReport report) in keys.Zip(reports))
            {
                MeshRepair repair = new(report, path: null, key) { Name = secret.Name, Mesh = secret.Mesh, Namespace = secret.Namespace };
                if (isWritten && report.HasContent && !IsDryRun)
                {
                    repair.MarkWritten();
                }

                WriteObject(repair);
            }
        }
        finally
        {
            reports.ToList().ForEach(report => report.Dispose());
        }
    }

    /// <summary>Only if the secret is still the one that was examined.</summary>
    private void Write(ISecretStore writer, Secret stored, IEnumerable<(string Key, RepairReport Report)> values)
    {
        SecretData data = stored.GetData().Clone();
        foreach ((string key, RepairReport report) in values.Where(value => value.Report.HasContent))
        {
            data.Set(key, report.GetContent().Span);
        }

        using Secret mended = new(stored.Metadata, data);
        Run(ct => writer.PutAsync(new SecretWrite(mended, WriteMode.Update, Action: "repair"), ct));
    }
}
