using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Tests.Certificates.Reading;

namespace MeshSecrets.Tests.Certificates.Repairing;

/// <summary>
/// The promise of a proof, over random edits of all that can be repaired: what a signature or a key's numbers prove is
/// the original to the last byte; what is called lossless is in the damaged text, character by character.
/// </summary>
public sealed class StrictAcceptanceTests(ITestOutputHelper output)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private const string Others = "=-_ \n\r\t!\"'\\:";

    /// <summary>How many texts are damaged; a longer run sets it in the environment.</summary>
    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("MESHSECRETS_REPAIR_EDITS"), CultureInfo.InvariantCulture, out int count) ? count : 700;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("MESHSECRETS_REPAIR_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 20261120;

    private static TestMaterial M => TestMaterial.Shared;

    private sealed record Case(string Name, string Label, byte[] Der, params string[] Beside);

    private static List<Case> Cases()
    {
        byte[] encrypted = M.EcKey.ExportEncryptedPkcs8PrivateKey(TestMaterial.Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2000));
        return
        [
            new("EC key", "PRIVATE KEY", M.EcKey.ExportPkcs8PrivateKey()),
            new("SEC 1 key", "EC PRIVATE KEY", M.EcKey.ExportECPrivateKey()),
            new("bare key beside its certificate", "EC PRIVATE KEY", OldMaterial.BareKey(M.EcKey), M.LeafPem),
            new("RSA key", "PRIVATE KEY", M.RsaKey.ExportPkcs8PrivateKey()),
            new("PKCS#1 key", "RSA PRIVATE KEY", M.RsaKey.ExportRSAPrivateKey()),
            new("encrypted key", "ENCRYPTED PRIVATE KEY", encrypted, M.LeafPem),
            new("request", "CERTIFICATE REQUEST", M.Request),
            new("request beside its key", "CERTIFICATE REQUEST", M.Request, M.EcPkcs8Pem),
            new("root", "CERTIFICATE", M.Root.RawData),
            new("RSA root", "CERTIFICATE", M.RsaLeaf.RawData),
            new("SHA-1 root", "CERTIFICATE", OldMaterial.Sha1Root(M.RsaKey)),
            new("leaf", "CERTIFICATE", M.Leaf.RawData),
            new("leaf beside its issuer", "CERTIFICATE", M.Leaf.RawData, M.RootPem),
            new("leaf beside its key", "CERTIFICATE", M.Leaf.RawData, M.EcPkcs8Pem),
            new("leaf beside issuer and key", "CERTIFICATE", M.Leaf.RawData, M.RootPem, M.EcPkcs8Pem),
            new("revocation list", "X509 CRL", M.Crl),
            new("revocation list beside its issuer", "X509 CRL", M.Crl, M.RootPem),
        ];
    }

    [Fact]
    public void What_is_accepted_is_what_its_proof_says()
    {
        Random random = new(Seed);
        List<Case> cases = Cases();
        Dictionary<string, (int All, int Proven, int Lossless, int Refuted)> figures = cases.ToDictionary(item => item.Name, _ => (0, 0, 0, 0));
        for (int i = 0; i < Count; i++)
        {
            Case item = cases[i % cases.Count];
            int form = random.Next(4);
            string text = Enumerable.Range(0, random.Next(1, 4)).Aggregate(InForm(form, item), (damaged, _) => Edit(damaged, random));
            IReadOnlyList<RepairReport> group = Repaired.Group([Wrap(text, random.Next(5)), .. item.Beside]);
            using RepairReport report = group[0];
            (int all, int proven, int lossless, int refuted) = figures[item.Name];
            figures[item.Name] = Judge(item, form, text, report) switch
            {
                RepairProof.SignatureVerified => (all + 1, proven + 1, lossless, refuted),
                RepairProof.Lossless => (all + 1, proven, lossless + 1, refuted),
                _ => (all + 1, proven, lossless, refuted + (report.Faults.Any(fault => fault.Id.EndsWith("NotProven", StringComparison.Ordinal)) ? 1 : 0)),
            };
            group.Skip(1).ToList().ForEach(other => other.Dispose());
        }

        foreach ((string name, (int all, int proven, int lossless, int refuted)) in figures)
        {
            output.WriteLine($"{name}: {all} texts, {proven} proven, {lossless} lossless, {refuted} refuted by a signature");
        }

        Assert.InRange(figures.Values.Sum(figure => figure.Proven), Count / 50, Count);
        Assert.InRange(figures.Values.Sum(figure => figure.Lossless), Count / 100, Count);
    }

    /// <summary>What was accepted by which kind of proof, once that has been found true.</summary>
    private static RepairProof Judge(Case item, int form, string text, RepairReport report)
    {
        if (!report.HasContent)
        {
            return RepairProof.None;
        }

        Assert.True(report.IsProven);
        using MaterialSet read = MaterialReader.Read(report.GetContent(), "restored");
        byte[] accepted = read.Single().GetDer().ToArray();
        string story = $"{item.Name}, form {form}, {report.Proof}, {string.Join(',', Repaired.FaultIds(report))}:\n{text}";
        if (!report.Proof.HasFlag(RepairProof.Lossless) || (report.Proof & (RepairProof.SignatureVerified | RepairProof.KeyConsistent)) != 0)
        {
            Assert.True(item.Der.AsSpan().SequenceEqual(accepted), $"Not the original: {story}");
            return RepairProof.SignatureVerified;
        }

        Assert.True(OnlyLetters(Unwrapped(form, text)).Contains(Convert.ToBase64String(accepted).TrimEnd('='), StringComparison.Ordinal), $"Not in the text: {story}");
        bool hasIssuer = item.Name is "root" or "RSA root" or "SHA-1 root" || item.Beside.Contains(M.RootPem);
        Assert.True(!hasIssuer || !NamesIssuer(item, accepted), $"Not verified: {story}");
        return RepairProof.Lossless;
    }

    /// <summary>Whether the issuer's name and the signature's algorithm are as they were: then lossless alone is not enough.</summary>
    private static bool NamesIssuer(Case item, byte[] accepted)
    {
        bool isRoot = item.Name.EndsWith("root", StringComparison.Ordinal);
        using X509Certificate2 issuer = isRoot ? X509CertificateLoader.LoadCertificate(item.Der) : X509CertificateLoader.LoadCertificate(M.Root.RawData);
        byte[] algorithm = new AsnReader(item.Der, AsnEncodingRules.DER).ReadSequence() is var reader && reader.ReadEncodedValue().Length > 0 ? reader.ReadEncodedValue().ToArray() : [];
        return accepted.AsSpan().Count(issuer.SubjectName.RawData) == (isRoot ? 2 : 1) && accepted.AsSpan().Count(algorithm) == 2;
    }

    private static string InForm(int form, Case item) => form switch
    {
        1 => Convert.ToBase64String(TestMaterial.Bytes(TestMaterial.Pem(item.Label, item.Der))),
        2 => Convert.ToBase64String(item.Der),
        3 => Convert.ToBase64String(TestMaterial.Bytes(Convert.ToBase64String(item.Der))),
        _ => TestMaterial.Pem(item.Label, item.Der),
    };

    /// <summary>What stands within one more layer of base64, if there is one.</summary>
    private static string Unwrapped(int form, string text)
    {
        if (form is 0 or 2)
        {
            return text;
        }

        string letters = OnlyLetters(text);
        letters = letters[..^(letters.Length % 4 == 1 ? 1 : 0)];
        return Encoding.Latin1.GetString(Convert.FromBase64String(letters.PadRight((letters.Length + 3) / 4 * 4, '=')));
    }

    private static string OnlyLetters(string text) => string.Concat(text.Where(c => Letters.Contains(c, StringComparison.Ordinal)));

    private static string Edit(string text, Random random)
    {
        char with = random.Next(4) == 0 ? Others[random.Next(Others.Length)] : Letters[random.Next(Letters.Length)];
        int at = random.Next(text.Length);
        return random.Next(6) switch
        {
            0 or 1 => text.Insert(at, with.ToString()),
            2 => text.Remove(at, 1),
            _ => text.Remove(at, 1).Insert(at, with.ToString()),
        };
    }

    /// <summary>A damage to the wrapping, so that the reader finds a fault even where the edits left none.</summary>
    private static string Wrap(string text, int how) => how switch
    {
        1 => "\uFEFF" + text,
        2 => "   " + text.Replace("\n", "\r\n   ", StringComparison.Ordinal),
        3 => $"\"{text.TrimEnd()}\"\n",
        4 => "\uFEFF" + text.Replace("-----\n", "------\n", StringComparison.Ordinal),
        _ => text,
    };
}
