using System.Management.Automation;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Meshes.Repairing;

namespace MeshSecrets.Commands;

/// <content>Files, text and manifests.</content>
public sealed partial class RepairMeshSecretCommand
{
    private RepairDestination? _destination;

    private void RepairSources(List<RepairSource> sources)
    {
        _destination = Destination is null ? null : new(Destination, FilePaths.Literal(Destination), Force);
        if (_destination is { IsFolder: false } && sources.Count > 1)
        {
            throw RepairErrors.DestinationNotFolder(Destination!);
        }

        foreach (RepairSource source in sources.Where(source => source.Manifest is not null))
        {
            Guard(source.Name, () => RepairManifest(source, source.Manifest!));
        }

        List<RepairSource> material = sources.FindAll(source => source.Manifest is null);
        IReadOnlyList<RepairReport> reports = Run(ct => Task.FromResult(MaterialRepair.Examine(material.ConvertAll(source => source.ToInput()), options: null, ct)));
        try
        {
            RepairMaterial(material, reports);
        }
        finally
        {
            reports.ToList().ForEach(report => report.Dispose());
        }
    }

    /// <summary>All files prove each other; those of one folder are mended together or not at all.</summary>
    private void RepairMaterial(List<RepairSource> sources, IReadOnlyList<RepairReport> reports)
    {
        foreach (IGrouping<string?, (RepairSource Source, RepairReport Report)> folder in sources.Zip(reports).GroupBy(pair => pair.First.Folder))
        {
            bool mayWrite = MayWrite([.. folder.Select(pair => pair.Report)], isInPlace: Destination is null);
            folder.ToList().ForEach(pair => RepairMaterial(pair.Source, pair.Report, mayWrite));
        }
    }

    private void RepairMaterial(RepairSource source, RepairReport report, bool mayWrite)
    {
        MeshRepair repair = new(report, source.Path);
        Guard(source.Name, () =>
        {
            if (mayWrite && report.HasContent && ShouldProcess(_destination?.TargetOf(source) ?? source.Name, "Write the mended content"))
            {
                bool isPrivate = report.Items.Any(item => item.Kind is not (Certificates.Reading.MaterialKind.Certificate or Certificates.Reading.MaterialKind.CertificateRequest or Certificates.Reading.MaterialKind.Crl));
                repair.BackupPath = source.Write(report.GetContent().Span, isPrivate, _destination);
                repair.MarkWritten();
            }
        });
        WriteObject(repair);
    }

    /// <summary>The values of one object are mended together or not at all; the objects of a manifest each for itself.</summary>
    private void RepairManifest(RepairSource source, ManifestRepair manifest)
    {
        List<RepairedField> chosen = [];
        foreach (IGrouping<int, RepairedField> group in manifest.Fields.GroupBy(field => field.Group))
        {
            if (MayWrite([.. group.Select(field => field.Report)], isInPlace: true))
            {
                chosen.AddRange(group.Where(field => field.Report.HasContent));
            }
        }

        string? backup = null;
        bool isWritten = false;
        Guard(source.Name, () =>
        {
            if (chosen.Count > 0 && ShouldProcess(_destination?.TargetOf(source) ?? source.Name, $"Write {chosen.Count} mended value(s)"))
            {
                byte[] text = manifest.Write(chosen);
                backup = source.Write(text, isPrivate: true, _destination);
                CryptographicOperations.ZeroMemory(text);
                isWritten = true;
            }
        });
        foreach (RepairedField field in manifest.Fields)
        {
            MeshRepair repair = new(field.Report, source.Path, field.Key)
            {
                Name = field.Manifest.Name,
                Mesh = field.Manifest.Mesh,
                Namespace = field.Manifest.Namespace,
            };
            if (isWritten && chosen.Contains(field))
            {
                repair.MarkWritten();
                repair.BackupPath = backup;
            }

            WriteObject(repair);
        }
    }

    /// <summary>Whether a group may be written: all that is broken in it is mended and proven. Otherwise each gets its error.</summary>
    /// <param name="group">The reports.</param>
    /// <param name="isInPlace">Whether the content takes the place of the original, with all that stands around it.</param>
    private bool MayWrite(IReadOnlyList<RepairReport> group, bool isInPlace)
    {
        RepairReport? hindrance = group.FirstOrDefault(report => HindranceOf(report, isInPlace) is not null);
        if (!Apply || hindrance is null)
        {
            return Apply;
        }

        foreach (RepairReport report in group.Where(report => report.Status != RepairStatus.Sound && !MeshRepair.OnlyFaultRemains(report)))
        {
            WriteError(HindranceOf(report, isInPlace) ?? RepairErrors.Unproven(report.Source, hindrance.Source), report.Source);
        }

        return false;
    }

    private static MeshException? HindranceOf(RepairReport report, bool isInPlace) => report switch
    {
        { Status: RepairStatus.Sound } => null,
        _ when MeshRepair.OnlyFaultRemains(report) => null,
        { Status: RepairStatus.Unmendable } => RepairErrors.Impossible(report.Source, report.Faults.First(fault => fault.Mend is null).Id),
        { IsProven: false } => RepairErrors.Unproven(report.Source),
        { IsExcerpt: true } when isInPlace => RepairErrors.Excerpt(report.Source),
        _ => null,
    };
}
