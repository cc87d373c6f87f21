using System.Collections.Immutable;
using System.Globalization;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>Secrets as objects of the API, and back.</summary>
/// <param name="manager">The field manager that this store writes as.</param>
internal sealed class SecretMapping(string manager)
{
    /// <summary>The label that names a secret's mesh, as Kuma has it.</summary>
    internal const string MeshLabel = "kuma.io/mesh";

    /// <summary>The annotation by which a write is recognized whose answer got lost.</summary>
    internal const string WriteIdAnnotation = "meshsecrets.io/write-id";

    /// <summary>The annotation by which a restart of what uses the secret outlives the run that owes it.</summary>
    internal const string RestartDueAnnotation = "meshsecrets.io/restart-due";

    private const string UpdatedAtAnnotation = "meshsecrets.io/updated-at";

    // What a secret of a mesh must be for Kuma's control plane to see it.
    private const string MeshSecretType = "system.kuma.io/secret";

    /// <summary>The state of an object.</summary>
    internal SecretState StateOf(ObjectMeta metadata)
    {
        // States are kept, and values are not.
        AppliedCopies.Remove(metadata.Annotations);
        return new SecretState(metadata, new FieldOwners(metadata.ManagedFields ?? [], manager));
    }

    /// <summary>The type that a secret has in a cluster.</summary>
    internal static string TypeOf(SecretMetadata metadata) =>
        metadata.Type == SecretType.Opaque && metadata.Id.Mesh is not null ? MeshSecretType : metadata.Type;

    /// <summary>The mesh of an object: what its label says, and for a secret of Kuma's without label the default one.</summary>
    internal static string? MeshOf(ObjectMeta metadata, string type) =>
        metadata.Labels?.TryGetValue(MeshLabel, out string? mesh) == true && ResourceName.IsMesh(mesh) ? mesh
        : type == MeshSecretType ? SecretId.DefaultMesh
        : null;

    /// <summary>The identity of an object.</summary>
    internal static SecretId IdOf(ObjectMeta metadata, string type) => new(metadata.Name!, MeshOf(metadata, type), metadata.Namespace);

    /// <summary>Whether an annotation is a note of this store to itself, which nobody else has a say in.</summary>
    internal static bool IsOwnNote(string annotation) => annotation is WriteIdAnnotation or UpdatedAtAnnotation or RestartDueAnnotation || CertificateAnnotations.IsOne(annotation);

    /// <summary>Since when what uses it is to be restarted, if it is.</summary>
    internal static DateTimeOffset? RestartDueOf(ObjectMeta metadata) => TimeIn(metadata, RestartDueAnnotation);

    /// <summary>What is known of an object.</summary>
    internal SecretMetadata ToMetadata(ObjectMeta metadata, string type, bool isImmutable, CertificateSummary? certificate, IEnumerable<string> dataKeys)
    {
        SecretId id = IdOf(metadata, type);
        DateTimeOffset created = metadata.CreationTimestamp ?? default;
        SecretMetadata known = new()
        {
            Id = id,
            Type = type,
            Labels = Sorted(metadata.Labels, key => key != MeshLabel || id.Mesh is null),
            Annotations = AnnotationsOf(metadata),
            Certificate = certificate,
            DataKeys = [.. dataKeys],
            DataOwners = new FieldOwners(metadata.ManagedFields ?? [], manager).DataOwners,
            RestartDue = RestartDueOf(metadata),
            IsBeingRemoved = metadata.DeletionTimestamp is not null,
            ResourceVersion = metadata.ResourceVersion ?? "",
            CreatedAt = created,
            UpdatedAt = UpdatedAt(metadata) ?? created,
        };
        return isImmutable ? known.WithImmutable(true) : known;
    }

    /// <summary>
    /// The object that a write asks for. Of labels and annotations that are there already, only those are in it that
    /// this store set: to send the others would make it an owner of them, too.
    /// </summary>
    /// <param name="write">The secret.</param>
    /// <param name="id">Where it stands.</param>
    /// <param name="writeId">What this write is recognized by.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="current">What is there, or <see langword="null"/>.</param>
    /// <param name="restartDue">The note of a restart that is due, or <see langword="null"/>.</param>
    /// <returns>The object, with copies of the values, to be cleared.</returns>
    internal static SecretObject ToObject(Secret write, SecretId id, string writeId, DateTimeOffset now, SecretState? current, string? restartDue = null)
    {
        SecretMetadata metadata = write.Metadata;
        Dictionary<string, string> labels = new(metadata.Labels);
        if (id.Mesh is not null)
        {
            labels[MeshLabel] = id.Mesh;
        }

        Dictionary<string, string> annotations = new(metadata.Annotations);

        // Of the fields that travel, only immutability has a meaning in another cluster: owners and finalizers are of the one they came from.
        annotations.Remove(Immutability.FieldsAnnotation);
        if (current is not null)
        {
            RemoveOthers(labels, current.Metadata.Labels, current.Owners.HasLabel);
            RemoveOthers(annotations, current.Metadata.Annotations, current.Owners.HasAnnotation);
        }

        annotations[WriteIdAnnotation] = writeId;
        annotations[UpdatedAtAnnotation] = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        if (restartDue is not null)
        {
            annotations[RestartDueAnnotation] = restartDue;
        }

        if (metadata.Certificate is { } certificate)
        {
            CertificateAnnotations.Write(certificate, annotations);
        }

        return new SecretObject
        {
            Metadata = new ObjectMeta
            {
                Name = id.Name,
                Namespace = id.Namespace,
                // With both, the server changes this very object or none: with the version alone it would create one that was removed meanwhile.
                Uid = current?.Metadata.Uid,
                ResourceVersion = current?.ResourceVersion,
                Labels = labels.Count > 0 ? labels : null,
                Annotations = annotations,
            },
            Type = TypeOf(metadata with { Id = id }),
            Immutable = metadata.IsImmutable() ? true : null,
            Data = CopyOf(write.GetData()),
        };
    }

    /// <summary>Fields that a write leaves out, and that would stay because another manager set them.</summary>
    internal static IReadOnlyList<KeptField> FindKept(Secret write, SecretState current)
    {
        List<KeptField> kept = [];
        foreach (string key in current.Owners.DataKeys ?? []) // They are known here: see KubernetesStore.ReadOwnersAsync.
        {
            if (!write.GetData().TryGetValue(key, out _) && current.Owners.OtherOf(fields => fields.Data, key) is { } manager)
            {
                kept.Add(new KeptField(["data"], key, manager));
            }
        }

        foreach (string label in current.Metadata.Labels?.Keys ?? (IEnumerable<string>)[])
        {
            if (label != MeshLabel && !write.Metadata.Labels.ContainsKey(label) && current.Owners.OtherOf(fields => fields.Labels, label) is { } manager)
            {
                kept.Add(new KeptField(["metadata", "labels"], label, manager));
            }
        }

        return kept;
    }

    /// <summary>Values of a write that another manager set as <c>stringData</c>, which the server takes for another field and so sees no conflict.</summary>
    internal static IReadOnlyList<KeptField> FindUnseen(Secret write, SecretState current) =>
    [
        .. from key in write.GetData().Keys
           let other = current.Owners.OtherOf(fields => fields.StringData, key)
           where other is not null
           select new KeptField(["data"], key, other),
    ];

    private static void RemoveOthers(Dictionary<string, string> wanted, Dictionary<string, string>? present, Func<string, bool> isOurs)
    {
        foreach ((string key, string value) in present ?? [])
        {
            if (wanted.TryGetValue(key, out string? same) && same == value && !isOurs(key))
            {
                wanted.Remove(key);
            }
        }
    }

    private static Dictionary<string, byte[]?> CopyOf(SecretData data)
    {
        Dictionary<string, byte[]?> copy = new(data.Count);
        for (int i = 0; i < data.Count; i++)
        {
            copy.Add(data.KeyAt(i), data.ValueAt(i).ToArray());
        }

        return copy;
    }

    private static ImmutableSortedDictionary<string, string> AnnotationsOf(ObjectMeta metadata) => Sorted(
        metadata.Annotations,
        key => key != Immutability.FieldsAnnotation && !AppliedCopies.IsOne(key) && !IsOwnNote(key));

    private static DateTimeOffset? TimeIn(ObjectMeta metadata, string annotation) =>
        metadata.Annotations?.TryGetValue(annotation, out string? text) == true
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private static DateTimeOffset? UpdatedAt(ObjectMeta metadata)
    {
        DateTimeOffset? noted = TimeIn(metadata, UpdatedAtAnnotation);
        DateTimeOffset? managed = metadata.ManagedFields?.Max(entry => entry.Time);

        // The server notes whole seconds; our own note is finer, and stands unless somebody wrote later.
        return noted is { } own && (managed is not { } last || last <= own) ? noted : managed ?? noted;
    }

    private static ImmutableSortedDictionary<string, string> Sorted(Dictionary<string, string>? entries, Func<string, bool> include)
    {
        if (entries is null)
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        ImmutableSortedDictionary<string, string>.Builder sorted = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in entries)
        {
            if (include(key))
            {
                sorted.Add(key, value);
            }
        }

        return sorted.ToImmutable();
    }
}
