using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Tests.Secrets;

public sealed class SecretTests
{
    [Theory]
    [InlineData("web", null, null, "global/web")]
    [InlineData("web", "default", null, "mesh/default/web")]
    [InlineData("web", null, "shop", "namespace/shop/web")]
    [InlineData("web.v1", "my_mesh", "shop", "namespace/shop/mesh/my_mesh/web.v1")]
    public void Identity_is_written_and_read(string name, string? mesh, string? ns, string text)
    {
        SecretId id = new(name, mesh, ns);
        Assert.Equal(text, id.ToString());
        Assert.Equal(id, SecretId.TryParse(text));
    }

    [Theory]
    [InlineData("web")]
    [InlineData("mesh/default")]
    [InlineData("namespace/shop/default/web")]
    [InlineData("global/a/b")]
    [InlineData("")]
    public void What_has_another_form_is_no_identity(string text) => Assert.Null(SecretId.TryParse(text));

    [Theory]
    [InlineData("", null, null, "SecretNameInvalid")]
    [InlineData("Web", null, null, "SecretNameInvalid")]
    [InlineData("web_1", null, null, "SecretNameInvalid")]
    [InlineData("-web", null, null, "SecretNameInvalid")]
    [InlineData("web.", null, null, "SecretNameInvalid")]
    [InlineData("a/b", null, null, "SecretNameInvalid")]
    [InlineData("..", null, null, "SecretNameInvalid")]
    [InlineData("web", "", null, "MeshNameInvalid")]
    [InlineData("web", "_mesh", null, "MeshNameInvalid")]
    [InlineData("web", null, "a.b", "NamespaceInvalid")]
    [InlineData("web", null, "", "NamespaceInvalid")]
    public void Bad_names_are_refused(string name, string? mesh, string? ns, string errorId) => Fails.With(errorId, () => new SecretId(name, mesh, ns));

    [Fact]
    public void Longest_names_are_taken()
    {
        string longest = new('a', 253);
        Assert.Equal(longest, new SecretId(longest).Name);
        Fails.With("SecretNameInvalid", () => new SecretId(longest + "a"));
        Fails.With("NamespaceInvalid", () => new SecretId("a", null, new string('a', 64)));
    }

    [Fact]
    public void Identities_are_ordered_by_namespace_mesh_and_name()
    {
        SecretId[] ordered = [new("b"), new("a", "m"), new("b", "m"), new("a", "n"), new("a", null, "x"), new("a", "m", "x"), new("a", null, "y")];
        Assert.Equal(ordered, ordered.Reverse().Order());
        Assert.True(new SecretId("a").CompareTo(null) > 0);
    }

    [Fact]
    public void A_value_may_be_set_from_a_view_of_itself()
    {
        using SecretData data = new SecretData().Set("a", "value"u8);
        data.Set("a", data.GetValue("a").Span[1..]);
        Assert.Equal("alue", Encoding.UTF8.GetString(data.GetValue("a").Span));
    }

    [Fact]
    public void Former_and_disposed_values_are_zeroed()
    {
        SecretData data = new SecretData().Set("a", "one"u8).Set("b", "two"u8).Set("c", "three"u8);
        ReadOnlyMemory<byte>[] views = [data.GetValue("a"), data.GetValue("b"), data.GetValue("c")];
        data.Set("a", "new"u8);
        Assert.True(data.Remove("b"));
        Assert.False(data.Remove("b"));
        data.Dispose();
        Assert.All(views, view => Assert.False(view.Span.ContainsAnyExcept((byte)0)));
        Assert.Empty(data.Keys);
    }

    [Fact]
    public void Copies_are_independent_and_compared_by_content()
    {
        using SecretData data = new SecretData().Set("b", "2"u8).Set("a", "1"u8);
        using SecretData copy = data.Clone();
        Assert.Equal(["a", "b"], copy.Keys);
        Assert.True(data.ContentEquals(copy));
        Assert.False(data.ContentEquals(copy.Set("b", "3"u8)));
        copy.Remove("b");
        Assert.False(data.ContentEquals(copy));
        Assert.False(copy.ContentEquals(data));
        Assert.Equal("a (1 bytes), b (1 bytes)", data.ToString());
        Fails.With("SecretDataKeyMissing", () => copy.GetValue("b"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void Bad_data_keys_are_refused(string key) => Fails.With("SecretDataKeyInvalid", () => new SecretData().Set(key, default));

    /// <summary>What is asked for, and whether web in mesh default with label app=web, of type TLS, ending 2030-01-02 matches.</summary>
    public static TheoryData<string, SecretQuery, bool> Queries => new()
    {
        { "all", SecretQuery.All, true },
        { "name", new() { Names = ["web"] }, true },
        { "wildcard", new() { Names = ["x", "w*"] }, true },
        { "question mark", new() { Names = ["w?b"] }, true },
        { "capitals", new() { Names = ["WEB"] }, false },
        { "other name", new() { Names = ["we"] }, false },
        { "mesh", new() { Mesh = "def*" }, true },
        { "other mesh", new() { Mesh = "prod" }, false },
        { "namespace", new() { Namespace = "*" }, false },
        { "global", new() { GlobalOnly = true }, false },
        { "type", new() { Types = [SecretType.Opaque, SecretType.Tls] }, true },
        { "other type", new() { Types = [SecretType.Opaque] }, false },
        { "label", new() { Labels = ImmutableDictionary<string, string>.Empty.Add("app", "web") }, true },
        { "label there", new() { Labels = ImmutableDictionary<string, string>.Empty.Add("app", "*") }, true },
        { "label with another value", new() { Labels = ImmutableDictionary<string, string>.Empty.Add("app", "cart") }, false },
        { "label not there", new() { Labels = ImmutableDictionary<string, string>.Empty.Add("team", "*") }, false },
        { "ends then", new() { ExpiresBefore = new DateTimeOffset(2030, 1, 2, 0, 0, 0, TimeSpan.Zero) }, true },
        { "ends earlier", new() { ExpiresBefore = new DateTimeOffset(2030, 1, 1, 23, 59, 59, TimeSpan.Zero) }, false },
        { "one of two", new() { Names = ["web"], Mesh = "prod" }, false },
    };

    [Theory]
    [MemberData(nameof(Queries), DisableDiscoveryEnumeration = true)]
    public void Query(string what, SecretQuery query, bool matches)
    {
        SecretMetadata secret = new()
        {
            Id = new SecretId("web", "default"),
            Type = SecretType.Tls,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", "web"),
            Certificate = new CertificateSummary
            {
                Thumbprint = "00",
                Subject = "",
                Issuer = "",
                SerialNumber = "01",
                KeyAlgorithm = "P256",
                NotBefore = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero),
                NotAfter = new DateTimeOffset(2030, 1, 2, 0, 0, 0, TimeSpan.Zero),
            },
        };
        Assert.True(query.Matches(secret) == matches, what);
        Assert.False((query with { ExpiresBefore = DateTimeOffset.MaxValue }).Matches(secret with { Certificate = null }));
    }
}
