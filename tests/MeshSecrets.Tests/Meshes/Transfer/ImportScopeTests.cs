using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Meshes.Transfer;

public sealed class ImportScopeTests
{
    private const string Bare = "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ndata: { x: aGk= }\n";
    private const string Named = "apiVersion: v1\nkind: Secret\nmetadata: { name: a, namespace: cart }\ndata: { x: aGk= }\n";
    private const string OfMesh = "apiVersion: v1\nkind: Secret\nmetadata: { name: a, labels: { kuma.io/mesh: m } }\ntype: system.kuma.io/secret\ndata: { value: aGk= }\n";
    private const string Resource = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: a }\nspec: {}\n";

    [Theory]
    [InlineData(Bare, null, null, "namespace/default/a")]
    [InlineData(Bare, "shop", null, "namespace/shop/a")]
    [InlineData(Bare, "shop", "other", "namespace/other/a")]
    [InlineData(Named, "shop", null, "namespace/cart/a")]
    [InlineData(OfMesh, "shop", null, "namespace/kuma-system/mesh/m/a")]
    [InlineData(Resource, "shop", null, "global/gateway.a")]
    public void An_object_without_a_namespace_goes_into_the_connections(string manifest, string? usual, string? asked, string expected)
    {
        ManifestIntake intake = new(new ImportScope(Namespace: asked) { UsualNamespace = usual }, ImmutableSortedDictionary<string, string>.Empty);
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(manifest));
        using Secret secret = intake.Read(Assert.Single(ManifestReader.Read(stream, "a.yaml")));
        Assert.Equal(expected, secret.Id.ToString());
    }
}
