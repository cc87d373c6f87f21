using System.Formats.Asn1;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Takes the certificates out of a PKCS#7 bundle (RFC 5652 §5.1, SignedData without signers: .p7b, .p7c).</summary>
internal static class Pkcs7Reader
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private static readonly Asn1Tag s_context0 = new(TagClass.ContextSpecific, 0);

    internal static void Read(ReadOnlyMemory<byte> content, SourcePlace place, MaterialSet into)
    {
        List<byte[]> certificates = [];
        try
        {
            AsnReader outer = new(content, AsnEncodingRules.BER);
            AsnReader info = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (info.ReadObjectIdentifier() != SignedData)
            {
                throw DerErrors.Pkcs7Invalid(place, inner: null);
            }

            AsnReader signedData = info.ReadSequence(s_context0).ReadSequence();
            signedData.ReadInteger();
            signedData.ReadSetOf();
            signedData.ReadSequence();
            if (signedData.HasData && signedData.PeekTag().HasSameClassAndValue(s_context0))
            {
                AsnReader set = signedData.ReadSetOf(skipSortOrderValidation: true, s_context0);
                while (set.HasData)
                {
                    certificates.Add(set.ReadEncodedValue().ToArray());
                }
            }
        }
        catch (AsnContentException e)
        {
            throw DerErrors.Pkcs7Invalid(place, e);
        }

        if (certificates.Count == 0)
        {
            throw DerErrors.Pkcs7Empty(place);
        }

        foreach (byte[] certificate in certificates)
        {
            CertificateStructure.Parse(certificate, place);
            into.Add(MaterialKind.Certificate, certificate, place);
        }
    }
}
