using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Meshes.Kuma;

public sealed class KumaSecretFormTests
{
    private const string MeshType = "system.kuma.io/secret";
    private const string GlobalType = "system.kuma.io/global-secret";

    [Theory]
    [InlineData(GuideDocument.Kuma04, 4, "KumaUniversal", "mesh/default/sample-secret", MeshType)]
    [InlineData(GuideDocument.Kuma04, 4, "KumaKubernetes", "namespace/kuma-system/mesh/default/sample-secret", MeshType)]
    [InlineData(GuideDocument.KongMesh21, 8, "KumaUniversal", "global/sample-global-secret", GlobalType)]
    [InlineData(GuideDocument.KongMesh21, 8, "KumaKubernetes", "namespace/kong-mesh-system/sample-secret", GlobalType)]
    [InlineData(GuideDocument.KongMesh21, 8, "KumaKubernetes", "namespace/kong-mesh-system/mesh/default/sample-secret", MeshType)]
    public void Guides_secrets_are_read(string document, int secrets, string form, string id, string type)
    {
        List<(string Form, Secret Secret)> read = [.. GuideDocument.Read(document)
            .Select(manifest => (MeshDialects.RecognizeSecret(manifest), manifest))
            .Where(pair => pair.Item1 is not null)
            .Select(pair => (pair.Item1!.Name, pair.Item1.Read(pair.manifest)))];
        Assert.Equal(secrets, read.Count);
        Assert.All(read, item => Assert.Equal("test\n", Value(item.Secret)));
        Assert.Contains(read, item => item.Form == form && item.Secret.Id.ToString() == id && item.Secret.Metadata.Type == type);
    }

    [Theory]
    [InlineData("type: Secret\nname: a\nlabels:\n  team: shop\ndata: dG9r\n")]
    [InlineData("type: Secret\nmesh: m_1\nname: a\ndata: dG9r\n")]
    [InlineData("type: GlobalSecret\nname: a.b\nlabels:\n  team: \"1\"\ndata: dG9r\n")]
    public void Universal_and_Kubernetes_turn_into_each_other_without_loss(string yaml)
    {
        using Secret first = Read("KumaUniversal", yaml);
        using Secret second = Read("KumaKubernetes", Write("KumaKubernetes", first));
        using Secret third = Read("KumaUniversal", Write("KumaUniversal", second));
        Assert.Equal("kuma-system", second.Id.Namespace);
        Assert.Equal(first.Id.Mesh, second.Id.Mesh);
        Assert.Equal(first.Metadata.Type, second.Metadata.Type);
        Assert.Equal(first.Metadata.Labels, second.Metadata.Labels);
        Assert.Equal(first.Id, third.Id);
        Assert.Equal(first.Metadata.Labels, third.Metadata.Labels);
        Assert.Equal("tok", Value(third));
    }

    [Theory]
    [InlineData("labels:\n  team: 1", "ManifestValueNotText")]
    [InlineData("labels:\n  team: {a: b}", "ManifestValueNotText")]
    [InlineData("labels: [team]", "ManifestInvalid")]
    [InlineData("mesh: [default]", "ManifestValueNotText")]
    public void What_is_no_text_is_refused_and_not_dropped(string field, string errorId) =>
        Fails.With(errorId, () => Read("KumaUniversal", $"type: Secret\nname: a\n{field}\ndata: dG9r\n"));

    [Fact]
    public void Kubernetes_keeps_annotations_and_further_values()
    {
        using Secret read = Read("KumaKubernetes", Kubernetes("default", MeshType, "  value: dG9r\n  note: bQ==\n", "  annotations:\n    owner: shop\n"));
        using Secret again = Read("KumaKubernetes", Write("KumaKubernetes", read));
        Assert.Equal(["note", "value"], again.GetData().Keys);
        Assert.Equal("shop", again.Metadata.Annotations["owner"]);

        Assert.Contains("'note'", Fails.With("FormatCannotCarry", () => Write("KumaUniversal", read)).Message, StringComparison.Ordinal);
        read.GetData().Remove("note");
        Assert.Contains("'owner'", Fails.With("FormatCannotCarry", () => Write("KumaUniversal", read)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mesh_is_default_if_none_is_named()
    {
        using Secret universal = Read("KumaUniversal", "type: Secret\nname: a\ndata: dG9r\n");
        using Secret kubernetes = Read("KumaKubernetes", Kubernetes(mesh: null, MeshType, "  value: dG9r\n"));
        Assert.Equal("default", universal.Id.Mesh);
        Assert.Equal("default", kubernetes.Id.Mesh);
        Assert.Contains("kuma.io/mesh: default", Write("KumaKubernetes", kubernetes), StringComparison.Ordinal);
    }

    [Fact]
    public void Opaque_secret_with_one_value_becomes_Kumas()
    {
        using Secret opaque = Opaque(new SecretId("token", "default"), ("value", "tok"));
        using Secret universal = Read("KumaUniversal", Write("KumaUniversal", opaque));
        using Secret kubernetes = Read("KongMeshKubernetes", Write("KongMeshKubernetes", opaque));
        Assert.Equal(MeshType, universal.Metadata.Type);
        Assert.Equal("namespace/kong-mesh-system/mesh/default/token", kubernetes.Id.ToString());
        Assert.Equal(MeshType, kubernetes.Metadata.Type);

        using Secret global = Opaque(new SecretId("token"), ("value", "tok"));
        using Secret globalAgain = Read("KumaKubernetes", Write("KumaKubernetes", global));
        Assert.Equal(GlobalType, globalAgain.Metadata.Type);
    }

    [Fact]
    public void Target_names_mesh_name_namespace_and_labels()
    {
        using Secret opaque = Opaque(new SecretId("token", mesh: null, "shop"), ("value", "tok"));
        Fails.With("KumaSecretWithoutMesh", () => Write("KumaKubernetes", opaque));
        FormatTarget target = new()
        {
            Name = "other",
            Mesh = "m2",
            Namespace = "cp",
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "shop").Add("kuma.io/mesh", "wrong"),
        };
        using Secret again = Read("KumaKubernetes", Write("KumaKubernetes", opaque, target));
        Assert.Equal("namespace/cp/mesh/m2/other", again.Id.ToString());
        Assert.Equal("shop", Assert.Single(again.Metadata.Labels).Value);
    }

    [Theory]
    [InlineData("kubernetes.io/tls", "tls.crt", "KumaProvided")]
    [InlineData("meshsecrets.io/ca", "tls.crt", "KumaProvided")]
    [InlineData("helm.sh/release.v1", "value", "system.kuma.io/secret")]
    [InlineData("Opaque", "token", "'token'")]
    public void What_is_no_single_value_is_refused(string type, string dataKey, string says)
    {
        using Secret secret = new(new SecretMetadata { Id = new SecretId("x", "default"), Type = type }, new SecretData().Set(dataKey, "x"u8));
        Assert.Contains(says, Fails.With("FormatCannotCarry", () => Write("KumaUniversal", secret)).Message, StringComparison.Ordinal);
        Assert.Contains(says, Fails.With("FormatCannotCarry", () => Write("KumaKubernetes", secret)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_without_value_is_refused()
    {
        Fails.With("KumaSecretEmpty", () => Read("KumaUniversal", "type: Secret\nname: a\n"));
        Fails.With("KumaSecretEmpty", () => Read("KumaUniversal", "type: Secret\nname: a\ndata: \"\"\n"));
        Fails.With("KumaSecretEmpty", () => Read("KumaKubernetes", Kubernetes("default", MeshType, "  value: \"\"\n")));
        MeshException error = Fails.With("KumaSecretEmpty", () => Read("KumaKubernetes", Kubernetes("default", MeshType, "  other: dG9r\n")));
        Assert.Contains("cannot be empty.", error.Message, StringComparison.Ordinal);
        using Secret empty = Opaque(new SecretId("token", "default"), ("value", ""));
        Fails.With("KumaSecretEmpty", () => Write("KumaUniversal", empty));
        Fails.With("KumaSecretEmpty", () => Write("KumaKubernetes", empty));
    }

    [Fact]
    public void Global_secret_with_a_mesh_is_refused_in_Kumas_words()
    {
        MeshException error = Fails.With("KumaGlobalSecretWithMesh", () => Read("KumaKubernetes", Kubernetes("default", GlobalType, "  value: dG9r\n")));
        Assert.Contains("mesh cannot be set on global secret", error.Message, StringComparison.Ordinal);
        Fails.With("KumaGlobalSecretWithMesh", () => Read("KumaUniversal", "type: GlobalSecret\nmesh: default\nname: a\ndata: dG9r\n"));
        using Secret global = Read("KumaUniversal", "type: GlobalSecret\nname: a\ndata: dG9r\n");
        Fails.With("KumaGlobalSecretWithMesh", () => Write("KumaKubernetes", global, new FormatTarget { Mesh = "default" }));
    }

    [Theory]
    [InlineData("type: Secret\nname: a\ndata: dG9\n", "ManifestValueNotBase64")]
    [InlineData("type: Secret\nname: a\nstringData: tok\n", "KumaFieldUnknown")]
    [InlineData("type: Secret\nname: a\nvalue: dG9r\n", "KumaFieldUnknown")]
    [InlineData("type: Secret\nname: a\nmesh: b\nlabels:\n  kuma.io/mesh: c\ndata: dG9r\n", "KumaMeshDiffers")]
    [InlineData("type: Secret\nname: A_b\ndata: dG9r\n", "SecretNameInvalid")]
    public void Broken_universal_secret_is_refused(string yaml, string errorId) =>
        Fails.With(errorId, () => Read("KumaUniversal", yaml));

    [Fact]
    public void What_the_server_adds_is_no_loss()
    {
        using Secret secret = Read("KumaUniversal", "type: Secret\nmesh: default\nname: a\ncreationTime: \"2024-01-01T00:00:00Z\"\nmodificationTime: \"2024-01-01T00:00:00Z\"\ndata: dG9r\n");
        Assert.Equal("tok", Value(secret));
    }

    [Fact]
    public void Plain_values_of_stringData_are_read()
    {
        using Secret secret = Read("KumaKubernetes", $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  value: tok\ntype: {MeshType}\n");
        Assert.Equal("tok", Value(secret));
        Assert.Equal("kuma-system", secret.Id.Namespace);
    }

    private static string Kubernetes(string? mesh, string type, string data, string metadata = "") =>
        $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: kuma-system\n{(mesh is null ? "" : $"  labels:\n    kuma.io/mesh: {mesh}\n")}{metadata}data:\n{data}type: {type}\n";

    private static Secret Opaque(SecretId id, (string Key, string Value) item) =>
        new(new SecretMetadata { Id = id, Type = SecretType.Opaque }, new SecretData().Set(item.Key, Encoding.UTF8.GetBytes(item.Value)));

    private static Secret Read(string form, string yaml)
    {
        Manifest manifest = Assert.Single(ManifestReader.Read(yaml, "test.yaml"));
        Assert.True(MeshDialects.FindSecretForm(form).Recognizes(manifest));
        return MeshDialects.FindSecretForm(form).Read(manifest);
    }

    private static string Write(string form, Secret secret, FormatTarget? target = null)
    {
        ArrayBufferWriter<byte> yaml = new();
        ManifestWriter.WriteYaml(MeshDialects.FindSecretForm(form).Write(secret, target ?? FormatTarget.Default), yaml);
        return Encoding.UTF8.GetString(yaml.WrittenSpan);
    }

    private static string Value(Secret secret) => Encoding.UTF8.GetString(secret.GetData().GetValue("value").Span);
}
