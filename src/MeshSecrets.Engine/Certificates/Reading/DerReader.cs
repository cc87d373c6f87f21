using System.Security.Cryptography;
using MeshSecrets.Certificates.Der;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Checks that bytes are one whole structure of the kind promised, and opens the binary containers.</summary>
internal static class DerReader
{
    /// <summary>Adds what the bytes hold to <paramref name="into"/>; the set owns them from then on.</summary>
    /// <param name="der">The bytes.</param>
    /// <param name="promised">What a PEM label promises, or <see langword="null"/>.</param>
    /// <param name="place">Where they stand.</param>
    /// <param name="options">With the password for PKCS#12.</param>
    /// <param name="into">Takes the items.</param>
    internal static void Read(byte[] der, MaterialKind? promised, SourcePlace place, MaterialReadOptions options, MaterialSet into)
    {
        bool taken = false;
        try
        {
            MaterialKind kind = Check(der, promised, place);
            switch (kind)
            {
                case MaterialKind.Pkcs12:
                    Pkcs12Reader.Read(der, place, options.Password, into);
                    break;
                case MaterialKind.Pkcs7:
                    Pkcs7Reader.Read(der, place, into);
                    break;
                default:
                    into.Add(kind, der, place);
                    taken = true;
                    break;
            }
        }
        finally
        {
            if (!taken)
            {
                CryptographicOperations.ZeroMemory(der);
            }
        }
    }

    private static MaterialKind Check(byte[] der, MaterialKind? promised, SourcePlace place)
    {
        MaterialKind? found = DerShape.Identify(der);
        if (!DerHeader.TryRead(der, out DerHeader header) || header.Tag != DerTag.Sequence)
        {
            throw UnarmouredText.IsEncodedMaterial(der) ? PemErrors.DoubleBase64(place) : DerErrors.Unrecognized(place);
        }

        bool container = found is MaterialKind.Pkcs12 or MaterialKind.Pkcs7;
        if (header.TotalLength is not { } total)
        {
            // Only these two are in the field with BER's indefinite length; their readers check the whole.
            return container ? found!.Value : throw DerErrors.IndefiniteLength(place, found);
        }

        if (total > der.Length)
        {
            throw DerErrors.Truncated(place, found ?? promised, total, der.Length);
        }

        if (total < der.Length)
        {
            throw DerErrors.TrailingBytes(place, found ?? promised, der.Length - total);
        }

        MaterialKind kind = found ?? throw DerErrors.Unrecognized(place);
        if (promised is { } label && label != kind)
        {
            throw DerErrors.LabelWrong(place, System.Text.Encoding.ASCII.GetString(PemLabels.Of(label)), kind);
        }

        if (kind == MaterialKind.Certificate)
        {
            CertificateStructure.Parse(der, place);
        }
        else if (kind == MaterialKind.CertificateRequest)
        {
            CertificateStructure.RequestPublicKey(der, place);
        }

        return kind;
    }
}
