using System.Text;

namespace MeshSecrets.Benchmarks.Manifests;

/// <summary>Manifests of Secrets as clusters have them: 2.8 KB each, a certificate chain, a key and labels.</summary>
internal static class SecretTexts
{
    /// <summary>Writes a file of so many Secrets.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many.</param>
    /// <param name="form">documents, list or json.</param>
    internal static void Write(string path, int count, string form)
    {
        using StreamWriter writer = new(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16);
        if (form == "json")
        {
            WriteJson(writer, count);
            return;
        }

        bool isList = form == "list";
        if (isList)
        {
            writer.Write("apiVersion: v1\nitems:\n");
        }

        for (int i = 0; i < count; i++)
        {
            string text = Yaml(i);
            writer.Write(isList ? "- " + text.Replace("\n", "\n  ", StringComparison.Ordinal).TrimEnd(' ') : "---\n" + text);
        }

        if (isList)
        {
            writer.Write("kind: List\nmetadata:\n  resourceVersion: \"\"\n");
        }
    }

    /// <summary>One Secret. It is Opaque: that of type kubernetes.io/tls has its key and certificate proven, which is not what is measured.</summary>
    internal static string Yaml(int number) => $"""
        apiVersion: v1
        data:
          ca.crt: {Value(number, 3, 300)}
          tls.crt: {Value(number, 1, 1100)}
          tls.key: {Value(number, 2, 240)}
        kind: Secret
        metadata:
          annotations:
            ckube.daocloud.io/indexes: '{Indexes(number)}'
            ckube.doacloud.io/cluster: nicole-hosted-mesh-hosted
          creationTimestamp: "2023-04-20T07:09:33Z"
          labels:
            app.kubernetes.io/name: svc-{number}
            mspider.io/managed: "true"
            team: "{number % 7}"
          name: svc-{number}-tls
          namespace: shop
          resourceVersion: "{450493 + number}"
          uid: 1b43fc33-7898-40f9-9868-{number:x12}
        type: Opaque

        """.ReplaceLineEndings("\n");

    private static string Indexes(int number) =>
        $$"""{"cluster":"nicole-hosted-mesh-hosted","createdAt":"2023-04-20T07:09:33Z","is_deleted":"false","labels":"","name":"svc-{{number}}-tls","namespace":"shop","type":"Opaque"}""";

    private static void WriteJson(StreamWriter writer, int count)
    {
        writer.Write("{\n    \"apiVersion\": \"v1\",\n    \"items\": [");
        for (int i = 0; i < count; i++)
        {
            writer.Write(i == 0 ? "\n" : ",\n");
            writer.Write($$"""
                        {
                            "apiVersion": "v1",
                            "data": {
                                "ca.crt": "{{Value(i, 3, 300)}}",
                                "tls.crt": "{{Value(i, 1, 1100)}}",
                                "tls.key": "{{Value(i, 2, 240)}}"
                            },
                            "kind": "Secret",
                            "metadata": {
                                "annotations": {
                                    "ckube.doacloud.io/cluster": "nicole-hosted-mesh-hosted"
                                },
                                "labels": {
                                    "mspider.io/managed": "true"
                                },
                                "name": "svc-{{i}}-tls",
                                "namespace": "shop"
                            },
                            "type": "Opaque"
                        }
                """);
        }

        writer.Write("\n    ],\n    \"kind\": \"List\"\n}\n");
    }

    private static string Value(int number, int part, int size)
    {
        byte[] content = new byte[size];
        new Random((number * 4) + part).NextBytes(content);
        return Convert.ToBase64String(content);
    }
}
