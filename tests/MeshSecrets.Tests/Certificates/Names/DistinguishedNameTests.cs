using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates.Names;

namespace MeshSecrets.Tests.Certificates.Names;

public sealed class DistinguishedNameTests
{
    [Theory]
    [InlineData("CN=web,O=Example", "CN=web,O=Example")]
    [InlineData("cn = web , o = Example", "CN=web,O=Example")]
    [InlineData("/O=Example/CN=web", "CN=web,O=Example")]
    [InlineData("web.example", "CN=web.example")]
    [InlineData(@"CN=a\,b", @"CN=a\,b")]
    [InlineData(@"CN=a\2Cb", @"CN=a\,b")]
    [InlineData(@"CN=a\+b\=c", @"CN=a\+b=c")]
    [InlineData(@"CN=\#a", @"CN=\#a")]
    [InlineData(@"CN=\ a\ ", @"CN=\ a\ ")]
    [InlineData(@"CN=a\   ,O=b", @"CN=a\ ,O=b")]
    [InlineData(@"CN=a\\ ,O=b", @"CN=a\\,O=b")]
    [InlineData(@"CN=a\""b\;c", @"CN=a\""b\;c")]
    [InlineData(@"CN=M\C3\BCller", "CN=Müller")]
    [InlineData(@"CN=a\,😀", @"CN=a\,😀")]
    [InlineData(@"CN=\😀", "CN=😀")]
    [InlineData("/O=A\\/B/CN=web", "CN=web,O=A/B")]
    [InlineData("/O=Semi;colon/CN=web", @"CN=web,O=Semi\;colon")]
    [InlineData("CN=web,DC=example,DC=com", "CN=web,DC=example,DC=com")]
    [InlineData("1.2.3.4=x,CN=web", "1.2.3.4=x,CN=web")]
    [InlineData("CN=web,OU=a=b", "CN=web,OU=a=b")]
    [InlineData("", "")]
    public void Is_read_and_written(string text, string expected)
    {
        DistinguishedName name = DistinguishedName.Parse(text);
        Assert.Equal(expected, name.ToString());
        Assert.Equal(name, DistinguishedName.Parse(name.ToString()));
    }

    public static TheoryData<string> Bad =>
    [
        "CN=web,Example", "CN=", "CN=web,O=", "=web", "XX=web", "CN=web\\", "C=DEU,CN=x", "C=1,CN=x", "CN=" + new string('a', 65),
        "serialNumber=a_b", "DC=münchen", "emailAddress=ö@example", "9.9.9=x", "1.40.1=x", "1..2=x", "CN=#0C0161",
        "CN=a;O=b", "O=\"Example, Inc.\"", "O=\"Example\"", @"CN=a\FF", @"CN=web\00.example", "CN=a\u0007b", @"CN=a\0Ab", "/O=Example/web",
    ];

    [Theory]
    [MemberData(nameof(Bad))]
    public void Is_refused(string text) => Fails.With("SubjectInvalid", () => DistinguishedName.Parse(text));

    [Theory]
    [InlineData("CN=web,OU=Mesh,O=Example,L=Bern,ST=BE,C=CH")]
    [InlineData(@"CN=a\,b,O=Müller + Söhne")]
    [InlineData("/C=CH/O=Example/CN=web")]
    public void The_framework_reads_the_same_name(string text)
    {
        DistinguishedName name = DistinguishedName.Parse(text.Replace(" + ", @" \+ ", StringComparison.Ordinal));
        X500DistinguishedName theirs = new(name.Encoded.ToArray());
        string[] expected = [.. theirs.EnumerateRelativeDistinguishedNames(reversed: false).Select(part => part.GetSingleElementValue()!)];
        Assert.Equal(name.CommonName, expected[^1]);
        Assert.All(expected, value => Assert.Contains(value, text.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public void Types_of_strings_are_those_of_the_standard()
    {
        byte[] der = DistinguishedName.Parse("/C=CH/DC=example/serialNumber=7/CN=Ü").Encoded.ToArray();
        AsnReader name = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        List<int> tags = [];
        while (name.HasData)
        {
            AsnReader attribute = name.ReadSetOf().ReadSequence();
            attribute.ReadObjectIdentifier();
            tags.Add(attribute.PeekTag().TagValue);
        }

        Assert.Equal([(int)UniversalTagNumber.PrintableString, (int)UniversalTagNumber.IA5String, (int)UniversalTagNumber.PrintableString, (int)UniversalTagNumber.UTF8String], tags);
    }

    [Fact]
    public void Half_a_character_is_refused()
    {
        Fails.With("SubjectInvalid", () => DistinguishedName.Parse("CN=\ud83d"));
        Fails.With("DnsNameInvalid", () => DnsName.Parse("\ud83d.example"));
    }

    [Fact]
    public void All_common_names_are_seen()
    {
        DistinguishedName name = DistinguishedName.Parse("CN=last,O=x,CN=first");
        Assert.Equal(["first", "last"], name.CommonNames);
        Assert.Equal("last", name.CommonName);
        Assert.Null(DistinguishedName.Parse("O=x").CommonName);
    }

    [Fact]
    public void A_common_name_too_long_for_X520_is_left_out()
    {
        Assert.True(DistinguishedName.FromCommonName(new string('a', 65)).IsEmpty);
        Assert.Equal(new string('a', 64), DistinguishedName.FromCommonName(new string('a', 64)).CommonName);
    }

    [Fact]
    public void What_could_forge_a_line_is_escaped()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.5.4.3");
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, "a\n\u001b[31m\u202eb");
        }

        Assert.Equal(@"CN=a\0A\1B[31m\E2\80\AEb", new DistinguishedName(writer.Encode()).ToString());
    }

    [Fact]
    public void A_value_that_is_no_text_is_written_in_hexadecimal_digits()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.5.4.45");
            writer.WriteOctetString([1, 2]);
        }

        Assert.Equal("2.5.4.45=#04020102", new DistinguishedName(writer.Encode()).ToString());
    }
}
