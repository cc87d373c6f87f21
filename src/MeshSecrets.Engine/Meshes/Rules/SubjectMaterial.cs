using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Meshes.Rules;

/// <summary>Gathers the material of one subject. What the strict reader refuses is noted, and the rest is judged all the same.</summary>
internal sealed class SubjectMaterial(MaterialReadOptions options)
{
    private readonly List<CertificateInfo> _chain = [];
    private readonly List<CertificateInfo> _roots = [];
    private readonly List<ReadOnlyMemory<byte>> _crls = [];
    private readonly List<MaterialFault> _faults = [];
    private KeyFacts? _key;

    /// <summary>The certificates of the chain so far.</summary>
    internal IReadOnlyList<CertificateInfo> Chain => _chain;

    /// <summary>Whether a key was read.</summary>
    internal bool HasKey => _key is not null;

    /// <summary>Reads a value in its role.</summary>
    internal void Read(ReadOnlyMemory<byte> value, string source, ValueRole role) => Guard(() =>
    {
        using MaterialSet found = MaterialReader.Read(value, source, options);
        Take(found, source, role);
    });

    /// <summary>Notes what was refused before it came here.</summary>
    internal void Add(MeshException refused) => _faults.Add(new MaterialFault(refused.ErrorId, refused.Message));

    /// <summary>The subject.</summary>
    internal RuleSubject ToSubject(string target, RuleContext context) => new()
    {
        Target = target,
        Chain = [.. _chain],
        Roots = [.. _roots],
        Crls = [.. _crls],
        Key = _key,
        Faults = [.. _faults],
        Context = context,
    };

    private void Take(MaterialSet found, string source, ValueRole role)
    {
        List<CertificateInfo> certificates = [];
        foreach (MaterialItem item in found)
        {
            Guard(() => Take(item, role, certificates));
        }

        bool areRoots = role == ValueRole.Roots || (role == ValueRole.AnyOrRoots && certificates.TrueForAll(certificate => certificate.IsSelfIssued));
        foreach (CertificateInfo certificate in certificates)
        {
            Add(certificate, areRoots);
        }

        bool mayHoldKey = role is ValueRole.Any or ValueRole.AnyOrRoots;
        if (role == ValueRole.Key || (mayHoldKey && found.Any(item => item.Kind.IsPrivateKey())))
        {
            Guard(() => TakeKey(found, source));
        }
    }

    private void Take(MaterialItem item, ValueRole role, List<CertificateInfo> certificates)
    {
        if (item.Kind == MaterialKind.Certificate && role is not (ValueRole.Key or ValueRole.Crls))
        {
            certificates.Add(CertificateInfo.Parse(item.GetDer(), item.Location));
        }
        else if (item.Kind == MaterialKind.Crl && role != ValueRole.Key)
        {
            _crls.Add(item.GetDer());
        }
        else if (role is ValueRole.Chain or ValueRole.Roots || (role == ValueRole.Any && item.Kind == MaterialKind.CertificateRequest))
        {
            throw ReadErrors.CertificateExpected(item);
        }
    }

    /// <summary>Several values may give the same certificate: Istio's cert-chain.pem begins with ca-cert.pem.</summary>
    private void Add(CertificateInfo certificate, bool isRoot)
    {
        bool repeats = !isRoot && _chain.Count > 0 && _chain[0].Encoded.Span.SequenceEqual(certificate.Encoded.Span);
        if (!repeats)
        {
            (isRoot ? _roots : _chain).Add(certificate);
        }
    }

    private void TakeKey(MaterialSet found, string source)
    {
        using PrivateKey key = PrivateKeyReader.Read(found, source, options.Password);
        MaterialItem item = found.First(item => item.Kind.IsPrivateKey());
        _key ??= new KeyFacts(key.AlgorithmName, key.SubjectPublicKeyInfo.ToArray(), item.Line == 0 ? "" : System.Text.Encoding.ASCII.GetString(PemLabels.Of(item.Kind)));
    }

    private void Guard(Action read)
    {
        try
        {
            read();
        }
        catch (MeshException refused)
        {
            Add(refused);
        }
    }
}
