using System.Buffers;
using System.Text;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Reading;

namespace MeshSecrets.Tests.Meshes.Kubernetes;

public sealed class KubernetesSecretFormTests
{
    private const string Full = """
        apiVersion: v1
        kind: Secret
        immutable: true
        metadata:
          name: registry
          namespace: shop
          uid: 1b43fc33-7898-40f9-9868-b65570f35a3d
          resourceVersion: "450493"
          generation: 3
          creationTimestamp: "2023-04-20T07:09:33Z"
          selfLink: /api/v1/namespaces/shop/secrets/registry
          managedFields:
          - manager: kubectl
            fieldsV1: {"f:data": {.: {}}}
          labels:
            team: "1"
            empty:
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: '{"data":{"token":"dG9rLTQ3MTE="}}'
            kapp.k14s.io/original: '{"data":{"token":"dG9rLTQ3MTE="}}'
            note: "two\nlines\n"
          finalizers:
          - example.com/keep
          ownerReferences:
          - apiVersion: v1
            kind: Pod
            name: p
            uid: d9607e19-f88f-11e6-a518-42010a800195
            controller: true
          unknownField: {a: [1, 1.50, null, "x"]}
        data:
          token: dG9rLTQ3MTE=
          both: b2xk
        stringData:
          both: new
        type: example.com/registry
        futureField: 7
        """;

    private static SecretForm Form => MeshDialects.FindSecretForm("Kubernetes");

    [Fact]
    public void Nothing_is_lost_but_what_the_API_server_writes_itself()
    {
        using Secret secret = Read(Full);
        Assert.Equal("namespace/shop/registry", secret.Id.ToString());
        Assert.Equal("tok-4711", Value(secret, "token"));
        Assert.Equal("new", Value(secret, "both"));
        Assert.Equal("", secret.Metadata.Labels["empty"]);
        Assert.Equal(["meshsecrets.io/manifest-fields", "note"], secret.Metadata.Annotations.Keys);

        string yaml = Write(secret);
        Manifest written = Assert.Single(ManifestReader.Read(yaml, "again"));
        ManifestNode metadata = written.Root.Find("metadata")!;
        Assert.Equal(["name", "namespace", "labels", "annotations", "finalizers", "ownerReferences", "unknownField"], metadata.Fields.Select(field => field.Key));
        Assert.Equal(["apiVersion", "kind", "metadata", "data", "type", "immutable", "futureField"], written.Root.Fields.Select(field => field.Key));
        Assert.Equal("note", Assert.Single(metadata.Find("annotations")!.Fields).Key);
        Assert.Equal("true", written.Root["immutable"]);
        Assert.False(written.Root.Find("immutable")!.IsString);
        Assert.Equal(["1", "1.50", null, "x"], metadata.Find("unknownField", "a")!.Entries.Select(entry => entry.Text));
        Assert.Equal("true", metadata.Find("ownerReferences")!.Entries[0]["controller"]);

        using Secret again = Read(yaml);
        Assert.True(secret.GetData().ContentEquals(again.GetData()));
        Assert.Equal(secret.Metadata.Labels, again.Metadata.Labels);
        Assert.Equal(secret.Metadata.Annotations, again.Metadata.Annotations);
        Assert.Equal(secret.Metadata.Type, again.Metadata.Type);
        Assert.Equal(yaml, Write(again));
    }

    [Fact]
    public void A_secret_as_consoles_show_it_is_one()
    {
        using Secret secret = Read("metadata:\n  name: a\n  namespace: n\nstringData:\n  x: plain\n");
        Assert.Equal("namespace/n/a", secret.Id.ToString());
        Assert.Equal(SecretType.Opaque, secret.Metadata.Type);
        Manifest universal = Assert.Single(ManifestReader.Read("type: Secret\nmesh: default\nname: a\ndata: YQ==\n", "x"));
        Assert.False(Form.Recognizes(universal));
        Manifest deployment = Assert.Single(ManifestReader.Read("kind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n", "x"));
        Assert.False(Form.Recognizes(deployment));
    }

    [Theory]
    [InlineData("metadata: {name: Web}\ndata: {}", "SecretNameInvalid", "x.yaml, line 1")]
    [InlineData("data: {}", "SecretNameInvalid", "x.yaml, line 1")]
    [InlineData("metadata: {name: web, namespace: a.b}\ndata: {}", "NamespaceInvalid", "x.yaml, line 1")]
    [InlineData("metadata: {name: web}\ndata:\n  a/b: YQ==", "SecretDataKeyInvalid", "a/b")]
    [InlineData("metadata: {name: web}\ndata:\n  a: s3cret!", "ManifestValueNotBase64", "line 5, column 6: the value of Secret web, a")]
    [InlineData("metadata: {name: web}\ndata:\n  a: 12345678", "ManifestValueNotText", "line 5, column 6: the value of Secret web, data 'a'")]
    [InlineData("metadata: {name: web}\nstringData:\n  a: 12345678", "ManifestValueNotText", "stringData 'a'")]
    [InlineData("metadata: {name: web}\nstringData:\n  a: yes", "ManifestValueNotText", "quotation marks")]
    [InlineData("metadata: {name: web}\nstringData:\n  a: [s3cret]", "ManifestValueNotText", "line 5")]
    [InlineData("metadata:\n  name: web\n  labels:\n    managed: true\ndata: {}", "ManifestValueNotText", "line 6, column 14: the value of Secret web, labels 'managed'")]
    [InlineData("metadata: {name: web, labels: [a]}\ndata: {}", "ManifestInvalid", "labels")]
    [InlineData("metadata: {name: web}\ndata: s3cret", "ManifestInvalid", "'data' must be a mapping")]
    [InlineData("metadata: {name: web}\ntype: kubernetes.io/tls\ndata: {tls.crt: YQ==, tls.key: YQ==}", "MaterialUnrecognized", "x.yaml, line 1: namespace/default/web, tls.crt")]
    [InlineData("metadata: {name: web}\ntype: kubernetes.io/tls\ndata: {}", "SecretDataKeyMissing", "x.yaml, line 1")]
    public void What_the_API_server_would_refuse_is_refused_with_its_place(string fields, string errorId, string fragment)
    {
        MeshException error = Assert.Throws<MeshException>(() => Read($"apiVersion: v1\nkind: Secret\n{fields}\n"));
        Assert.True(errorId == error.ErrorId, $"{error.ErrorId}: {error.Message}");
        Assert.StartsWith("x.yaml, line", error.Message, StringComparison.Ordinal);
        Assert.Contains(fragment, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_of_more_than_a_mebibyte_is_refused()
    {
        string half = Convert.ToBase64String(new byte[SecretData.MaxSize / 2]);
        string text = $"apiVersion: v1\nkind: Secret\nmetadata: {{name: web}}\ndata:\n  a: {half}\n  b: {half}\n";
        using Secret secret = Read(text);
        Assert.Equal(SecretData.MaxSize / 2, secret.GetData().GetValue("b").Length);
        Fails.With("SecretTooLarge", () => Read(text + "  c: YQ==\n"));
    }

    [Fact]
    public void An_annotation_that_somebody_broke_is_named()
    {
        using Secret sound = Read("apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\n");
        SecretMetadata broken = sound.Metadata with { Annotations = sound.Metadata.Annotations.Add("meshsecrets.io/manifest-fields", "{\"a\":") };
        using Secret secret = new(broken, new SecretData());
        Assert.Contains("annotation meshsecrets.io/manifest-fields", Fails.With("ManifestInvalid", () => Write(secret)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_documents_own_manifest_is_recognised_and_its_fault_named()
    {
        MeshException error = Fails.With("ManifestValueNotBase64", () => Read(BrokenInputs.Document("secret001.yaml")));
        Assert.Contains("line 32, column 12", error.Message, StringComparison.Ordinal);
    }

    private static Secret Read(string text)
    {
        Manifest manifest = Assert.Single(ManifestReader.Read(text, "x.yaml"));
        Assert.True(Form.Recognizes(manifest));
        return Form.Read(manifest);
    }

    private static string Write(Secret secret)
    {
        ArrayBufferWriter<byte> written = new();
        ManifestWriter.WriteYaml(Form.Write(secret, FormatTarget.Default), written);
        return Encoding.UTF8.GetString(written.WrittenSpan);
    }

    private static string Value(Secret secret, string key) => Encoding.UTF8.GetString(secret.GetData().GetValue(key).Span);

    [Fact]
    public void The_annotation_of_carried_fields_is_taken_from_no_manifest()
    {
        const string Foreign = """
            apiVersion: v1
            kind: Secret
            metadata:
              name: registry
              annotations:
                meshsecrets.io/manifest-fields: '{"immutable":true,"metadata":{"uid":"1","ownerReferences":[]}}'
            data: {}
            """;
        SecretForm form = MeshDialects.FindSecretForm("Kubernetes");
        Fails.With("ManifestInvalid", () => form.Read(Assert.Single(ManifestReader.Read(Foreign, "foreign.yaml"))));
    }
}
