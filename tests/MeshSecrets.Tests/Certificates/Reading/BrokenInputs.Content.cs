using System.Formats.Asn1;
using System.Reflection;

namespace MeshSecrets.Tests.Certificates.Reading;

/// <content>Broken base64, broken binary forms, and sound content of the wrong kind.</content>
internal static partial class BrokenInputs
{
    private static IEnumerable<BrokenInput> Base64()
    {
        string leaf = M.LeafPem;
        int last = LeafLines.Length;
        string key = M.RsaPkcs8Pem;
        yield return new("stray character", Change(leaf, 3, line => line[..10] + "!" + line[10..]), "PemStrayCharacter", "line 3, column 11", "'!' (U+0021)", "'CERTIFICATE'");
        yield return new("stray space", Change(leaf, 3, line => line[..10] + " " + line[10..]), "PemStrayCharacter", "line 3, column 11", "a space");
        yield return new("stray tab", Change(leaf, 4, line => "\t" + line), "PemStrayCharacter", "line 4, column 1", "a tab");
        yield return new("no-break space", Change(leaf, 2, line => line[..5] + "\u00A0" + line[5..]), "PemStrayCharacter", "line 2, column 6", "U+00A0");
        yield return new("zero-width space", Change(leaf, 2, line => line + "\u200B"), "PemStrayCharacter", "line 2, column 65", "U+200B");
        yield return new("base64url", Change(leaf, 2, line => "-_" + line[2..]), "PemStrayCharacter", "line 2, column 1", "base64url");
        yield return new("stray character in a key", Change(key, 5, line => line[..20] + "*" + line[20..]), "PemStrayCharacter", "line 5, column 21", "'PRIVATE KEY'");
        yield return new("one character too many", Change(leaf, last - 1, InsertBeforePadding), "PemStrayCharacter", $"line {last - 1}", "1 character too many");
        yield return new("one character too few", Change(leaf, 4, line => line[1..]), "PemTruncated", "1 character short", "copy the block anew");
        yield return new("a line lost", Change(leaf, 4, _ => ""), "DerTruncated", "line 1", "cut short");
        yield return new("base64 goes on after padding", leaf.Replace(LeafLines[^2], LeafLines[^2].TrimEnd('=') + "==\nAAAA", StringComparison.Ordinal), "PemPaddingMisplaced", $"line {last}, column 1");
        yield return new("padding inside a line", Change(leaf, 3, line => line[..8] + "==" + line[8..]), "PemPaddingMisplaced", "line 3, column 11");
        yield return new("padding missing", TestMaterial.Pem("CERTIFICATE", Padded(1)).Replace("=", "", StringComparison.Ordinal), "PemPaddingWrong", "0 '=' where");
        yield return new("padding superfluous", TestMaterial.Pem("CERTIFICATE", Padded(1)).Replace("=", "==", StringComparison.Ordinal), "PemPaddingWrong", "2 '='");
        yield return new("bits behind the end", StrayBits(TestMaterial.Pem("CERTIFICATE", Padded(2))), "PemPaddingWrong", "bits that no encoder writes");
        yield return new("base64 in base64 in a block", TestMaterial.Pem("CERTIFICATE", TestMaterial.Bytes(Convert.ToBase64String(M.Leaf.RawData))), "PemDoubleBase64", "line 1", "twice");
        yield return new("PEM in a block", TestMaterial.Pem("CERTIFICATE", TestMaterial.Bytes(leaf)), "PemDoubleBase64", "line 1");
        yield return new("text in a block", TestMaterial.Pem("CERTIFICATE", TestMaterial.Bytes("this is no certificate")), "DerUnrecognized", "line 1");
        yield return new("request labelled certificate", TestMaterial.Pem("CERTIFICATE", M.Request), "PemLabelWrong", "line 1", "'CERTIFICATE'", "a certificate request");
        yield return new("certificate labelled key", TestMaterial.Pem("PRIVATE KEY", M.Leaf.RawData), "PemLabelWrong", "'PRIVATE KEY'", "a certificate.");
        yield return new("PKCS#1 labelled PKCS#8", TestMaterial.Pem("PRIVATE KEY", M.RsaKey.ExportRSAPrivateKey()), "PemLabelWrong", "an RSA private key (PKCS#1)");
        yield return new("encrypted key labelled plain", M.EncryptedPem.Replace("ENCRYPTED ", "", StringComparison.Ordinal), "PemLabelWrong", "an encrypted private key");
        yield return new("stray bytes in a block", TestMaterial.Pem("CERTIFICATE", [.. M.Leaf.RawData, 0, 0]), "DerTrailingBytes", "line 1", "2 stray byte(s)");
        yield return new("the second block broken", leaf + Change(M.RootPem, 2, line => line[..3] + "?" + line[3..]), "PemStrayCharacter", $"line {last + 2}, column 4");
        yield return new("the second block broken, CRLF", (leaf + Change(M.RootPem, 2, line => line[..3] + "?" + line[3..])).Replace("\n", "\r\n", StringComparison.Ordinal), "PemStrayCharacter", $"line {last + 2}, column 4");
    }

    private static IEnumerable<BrokenInput> Binary()
    {
        byte[] leaf = M.Leaf.RawData;
        byte[] p12 = M.Pkcs12;
        yield return new("DER cut short", leaf[..^20], "DerTruncated", "a certificate is cut short", $"{leaf.Length - 20} are there");
        yield return new("DER with stray bytes", [.. leaf, 10], "DerTrailingBytes", "1 stray byte(s)", "a certificate");
        yield return new("indefinite length", [0x30, 0x80, .. Inside(leaf), 0, 0], "DerIndefiniteLength", "a certificate", "DER is demanded");
        yield return new("DER of something else", [0x30, 0x03, 0x02, 0x01, 0x05], "DerUnrecognized", "site.pem");
        yield return new("certificate with a broken inside", Broken(leaf), "CertificateInvalid", "RFC 5280");
        yield return new("request with a broken inside", Broken(M.Request), "CertificateRequestInvalid", "RFC 2986");
        yield return new("Java key store", [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2], "JavaKeyStoreUnsupported", "keytool -importkeystore");
        yield return new("ZIP archive", [0x50, 0x4B, 0x03, 0x04, 0, 0, 0, 0], "MaterialUnrecognized", "ZIP");
        yield return new("gzip", [0x1F, 0x8B, 0x08, 0, 0, 0], "MaterialUnrecognized", "gzip");
        yield return new("ELF binary", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0], "MaterialUnrecognized", "binary data");
        yield return new("PKCS#12 without password", p12, "Pkcs12PasswordRequired", "Give its password");
        yield return new("PKCS#12 with a wrong password", p12, "Pkcs12PasswordWrong", "MAC", "the password is wrong") { Password = "wrong" };
        yield return new("PKCS#12 altered", Flip(p12, p12.Length / 3), "Pkcs12PasswordWrong", "altered") { Password = TestMaterial.Password };
        yield return new("PKCS#12 cut short", p12[..^9], "DerTruncated", "a PKCS#12 file") { Password = TestMaterial.Password };
        yield return new("PKCS#7 without certificates", EmptyPkcs7(), "Pkcs7Empty", "no certificate");
    }

    private static IEnumerable<BrokenInput> WrongKind()
    {
        int after = LeafLines.Length + 1;
        yield return new("request where a certificate is expected", M.RequestPem, "CertificateExpectedRequestFound", "line 1", "a certificate request (CSR)", "signed") { Door = Door.Certificates };
        yield return new("DER request where a certificate is expected", M.Request, "CertificateExpectedRequestFound", "site.pem:") { Door = Door.Certificates };
        yield return new("key where a certificate is expected", M.EcPkcs8Pem, "CertificateExpectedPrivateKeyFound", "line 1") { Door = Door.Certificates };
        yield return new("key after the certificate", M.LeafPem + M.Sec1Pem, "CertificateExpectedPrivateKeyFound", $"line {after}", "an EC private key") { Door = Door.Certificates };
        yield return new("public key where a certificate is expected", M.PublicKeyPem, "CertificateExpectedPublicKeyFound", "a public key") { Door = Door.Certificates };
        yield return new("CRL where a certificate is expected", M.CrlPem, "CertificateExpectedCrlFound", "revocation list") { Door = Door.Certificates };
        yield return new("certificate where a request is expected", M.LeafPem, "CertificateRequestExpectedCertificateFound", "line 1", "a certificate.") { Door = Door.Request };
        yield return new("key where a request is expected", M.EcPkcs8Pem, "CertificateRequestExpectedPrivateKeyFound", "line 1") { Door = Door.Request };
        yield return new("two requests", M.RequestPem + M.RequestPem, "CertificateRequestAmbiguous", "second") { Door = Door.Request };
        yield return new("certificate where a key is expected", M.LeafPem, "PrivateKeyMissing", "a certificate (line 1)") { Door = Door.PrivateKey };
        yield return new("public key where a key is expected", M.PublicKeyPem, "PrivateKeyMissing", "a public key (line 1)") { Door = Door.PrivateKey };
        yield return new("two keys", M.EcPkcs8Pem + M.RsaPkcs8Pem, "PrivateKeyAmbiguous", "second", "line 1") { Door = Door.PrivateKey };
        yield return new("encrypted key without password", M.EncryptedPem, "PrivateKeyPasswordRequired", "line 1") { Door = Door.PrivateKey };
        yield return new("encrypted key with a wrong password", M.EncryptedPem, "PrivateKeyPasswordWrong", "line 1") { Door = Door.PrivateKey, Password = "wrong" };
        yield return new("RSA key with damaged numbers", TestMaterial.Pem("RSA PRIVATE KEY", DamagedRsa()), "PrivateKeyInvalid", "line 1", "take it anew") { Door = Door.PrivateKey };
        yield return new("Ed25519 key", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n", "PrivateKeyAlgorithmUnsupported", "Ed25519") { Door = Door.PrivateKey };
    }

    private static IEnumerable<BrokenInput> Documents()
    {
        yield return new("the document's certificate, which is a request", Document("helloworld.example.com.csr"), "PemStrayCharacter", "line 15, column 39", "'CERTIFICATE REQUEST'", "1 character too many", "870") { Door = Door.Certificates };
        yield return new("the document's key", Document("helloworld.example.com.key"), "PemStrayCharacter", "line 27, column 24", "'PRIVATE KEY'", "1 character too many") { Door = Door.PrivateKey };
        yield return new("the document's request once mended", Document("helloworld.example.com.csr").Replace("2As==", "2A==", StringComparison.Ordinal), "CertificateExpectedRequestFound", "line 1", "a certificate request") { Door = Door.Certificates };
        yield return new("the document's key mended into a damaged one", Document("helloworld.example.com.key").Replace("kslks=", "ksls=", StringComparison.Ordinal), "PrivateKeyInvalid", "line 1", "take it anew") { Door = Door.PrivateKey };
        yield return new("the document's key mended at the wrong place", Document("helloworld.example.com.key").Replace("slks=", "slss", StringComparison.Ordinal), "DerTrailingBytes", "1 stray byte(s)") { Door = Door.PrivateKey };
    }

    internal static string Document(string name) =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "Documents", name));

    private static string InsertBeforePadding(string line)
    {
        int end = line.TrimEnd('=').Length;
        return line.Insert(end, "s");
    }

    /// <summary>A structure of the outer form of a certificate, so long that its base64 ends with this much padding.</summary>
    private static byte[] Padded(int padding)
    {
        int length = 120;
        while ((3 - ((length + 2) % 3)) % 3 != padding)
        {
            length--;
        }

        return [0x30, (byte)length, .. Enumerable.Repeat((byte)5, length)];
    }

    private static string StrayBits(string pem)
    {
        int at = pem.IndexOf('=', StringComparison.Ordinal) - 1;
        return pem[..at] + (char)(pem[at] + 1) + pem[(at + 1)..];
    }

    private static byte[] Inside(byte[] der)
    {
        AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out int offset, out int length, out _);
        return der.AsSpan(offset, length).ToArray();
    }

    /// <summary>The key algorithm's tag becomes that of an INTEGER.</summary>
    private static byte[] Broken(byte[] der)
    {
        byte[] broken = [.. der];
        int spki = broken.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x30, 0x13, 0x06, 0x07, 0x2A]);
        broken[spki] = 0x02;
        return broken;
    }

    private static byte[] Flip(byte[] bytes, int index)
    {
        byte[] copy = [.. bytes];
        copy[index] ^= 0x10;
        return copy;
    }

    private static byte[] EmptyPkcs7()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.PushSetOf().Dispose();
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                }

                writer.PushSetOf().Dispose();
            }
        }

        return writer.Encode();
    }

    private static byte[] DamagedRsa()
    {
        byte[] der = M.RsaKey.ExportRSAPrivateKey();
        der[^3] ^= 1; // within InverseQ, which OpenSSL does not check
        return der;
    }
}
