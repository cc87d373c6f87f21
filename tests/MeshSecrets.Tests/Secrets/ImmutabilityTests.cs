using System.Collections.Immutable;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Secrets;

public sealed class ImmutabilityTests
{
    private const string Annotation = "meshsecrets.io/manifest-fields";

    [Fact]
    public void Set_and_taken_back_it_leaves_nothing()
    {
        SecretMetadata plain = Metadata(fields: null);
        Assert.False(plain.IsImmutable());
        SecretMetadata immutable = plain.WithImmutable(true);
        Assert.True(immutable.IsImmutable());
        Assert.Equal("""{"immutable":true}""", immutable.Annotations[Annotation]);
        Assert.Equal(plain.Annotations, immutable.WithImmutable(false).Annotations);
    }

    [Fact]
    public void Other_fields_that_travel_with_it_stay()
    {
        SecretMetadata owned = Metadata("""{"metadata":{"finalizers":["a"]}}""");
        Assert.False(owned.IsImmutable());
        SecretMetadata immutable = owned.WithImmutable(true).WithImmutable(true);
        Assert.True(immutable.IsImmutable());
        Assert.Equal(owned.Annotations, immutable.WithImmutable(false).Annotations);
    }

    [Theory]
    [InlineData("""{"immutable":false}""")]
    [InlineData("""{"immutable":"true"}""")]
    [InlineData("""{"immutable":null}""")]
    [InlineData("{}")]
    public void Only_true_means_it(string fields) => Assert.False(Metadata(fields).IsImmutable());

    [Theory]
    [InlineData("immutable")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("""{"immutable":true,"immutable":false}""")]
    public void A_spoilt_annotation_is_an_error(string fields)
    {
        Assert.Equal("ManifestInvalid", Assert.Throws<MeshException>(() => Metadata(fields).IsImmutable()).ErrorId);
        Assert.Equal("ManifestInvalid", Assert.Throws<MeshException>(() => Metadata(fields).WithImmutable(true)).ErrorId);
    }

    private static SecretMetadata Metadata(string? fields) => new()
    {
        Id = new SecretId("token"),
        Type = SecretType.Opaque,
        Annotations = fields is null ? ImmutableSortedDictionary<string, string>.Empty : ImmutableSortedDictionary<string, string>.Empty.Add(Annotation, fields),
    };
}
