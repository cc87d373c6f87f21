using System.Buffers;
using System.Text;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Meshes.Kubernetes;

public sealed class KubernetesSecretFormTests
{
    private const string Yaml = """
        apiVersion: v1
        kind: Secret
        metadata:
          name: registry
          namespace: shop
          labels:
            team: "1"
        data:
          token: dG9rLTQ3MTE=
        type: Opaque
        """;

    [Fact]
    public void What_is_read_is_written_again()
    {
        SecretForm form = MeshDialects.FindSecretForm("kubernetes");
        using Secret secret = form.Read(Assert.Single(ManifestReader.Read(Yaml, "registry.yaml")));
        Assert.Equal("namespace/shop/registry", secret.Id.ToString());
        Assert.Equal("tok-4711", Encoding.UTF8.GetString(secret.GetData().GetValue("token").Span));

        ArrayBufferWriter<byte> written = new();
        ManifestWriter.WriteYaml(form.Write(secret, FormatTarget.Default), written);
        using Secret again = form.Read(Assert.Single(ManifestReader.Read(Encoding.UTF8.GetString(written.WrittenSpan), "again")));
        Assert.True(secret.GetData().ContentEquals(again.GetData()));
        Assert.Equal(secret.Metadata.Labels, again.Metadata.Labels);
        Assert.Equal(secret.Metadata.Type, again.Metadata.Type);
    }
}
