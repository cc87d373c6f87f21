using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Hands a part of a kubeconfig on as JSON, with numbers and truth values as YAML's core schema takes them.</summary>
internal static class KubeconfigJson
{
    internal static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                json.WriteStartObject();
                foreach ((YamlNode key, YamlNode value) in map.Children)
                {
                    json.WritePropertyName((key as YamlScalarNode)?.Value ?? string.Empty);
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case YamlSequenceNode list:
                json.WriteStartArray();
                foreach (YamlNode item in list.Children)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                Write(json, (YamlScalarNode)node);
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, YamlScalarNode scalar)
    {
        string text = scalar.Value ?? string.Empty;
        if (scalar.Style != ScalarStyle.Plain)
        {
            json.WriteStringValue(text);
        }
        else if (KubeconfigNode.IsNull(scalar))
        {
            json.WriteNullValue();
        }
        else if (text is "true" or "false")
        {
            json.WriteBooleanValue(text == "true");
        }
        else if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            json.WriteNumberValue(whole);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }
}
