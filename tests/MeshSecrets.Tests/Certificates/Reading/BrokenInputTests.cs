using System.Text;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Tests.Certificates.Reading;

public sealed class BrokenInputTests
{
    public static TheoryData<string> Names => [.. BrokenInputs.All.Select(input => input.Name)];

    [Fact]
    public void The_table_is_long_and_its_names_are_unique()
    {
        Assert.True(BrokenInputs.All.Count >= 60);
        Assert.Equal(BrokenInputs.All.Count, BrokenInputs.All.DistinctBy(input => input.Name).Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Broken_input_is_refused_with_what_where_and_what_to_do(string name)
    {
        BrokenInput input = BrokenInputs.All.Single(candidate => candidate.Name == name);
        MeshException error = Assert.Throws<MeshException>(() => Read(input));
        Assert.Equal(input.ErrorId, error.ErrorId);
        Assert.Contains(BrokenInput.Source, error.Message, StringComparison.Ordinal);
        Assert.All(input.Fragments, fragment => Assert.Contains(fragment, error.Message, StringComparison.Ordinal));
        AssertQuotesNothing(input, error);
    }

    private static void Read(BrokenInput input)
    {
        MaterialReadOptions options = new() { Password = input.Password.AsMemory() };
        switch (input.Door)
        {
            case Door.Certificates:
                CertificateReader.ReadCertificates(input.Content, BrokenInput.Source, options);
                break;
            case Door.Request:
                CertificateRequestReader.Read(input.Content, BrokenInput.Source, options).Dispose();
                break;
            case Door.PrivateKey:
                PrivateKeyReader.Read(input.Content, BrokenInput.Source, options).Dispose();
                break;
            default:
                MaterialReader.Read(input.Content, BrokenInput.Source, options).Dispose();
                break;
        }
    }

    /// <summary>No nine characters of base64 of the input appear in any message down the chain of causes.</summary>
    private static void AssertQuotesNothing(BrokenInput input, MeshException error)
    {
        string said = error.ToString();
        string text = Encoding.Latin1.GetString(input.Content);
        foreach (string line in text.Split(['\n', '\r', ' ', '"', '\\']).Where(line => line.Length > 24 && !line.Contains("---", StringComparison.Ordinal)))
        {
            for (int i = 0; i + 9 <= line.Length; i++)
            {
                Assert.DoesNotContain(line.Substring(i, 9), said, StringComparison.Ordinal);
            }
        }

        if (input.Password is { Length: > 5 } password)
        {
            Assert.DoesNotContain(password, said, StringComparison.Ordinal);
        }
    }
}
