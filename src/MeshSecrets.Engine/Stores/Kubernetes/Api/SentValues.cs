using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>Hides the values of a request in what the server, or a webhook that it asks, says of it.</summary>
internal static class SentValues
{
    private const string Hidden = "***";

    // Shorter ones are parts of all kinds of words: they are hidden where they stand alone.
    private const int Telling = 4;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static void Hide(ApiStatus failure, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty || failure.Message is null)
        {
            return;
        }

        using JsonDocument sent = JsonDocument.Parse(body);
        HashSet<string> values = [];
        Collect(sent.RootElement, values);
        string[] longestFirst = [.. values.OrderByDescending(value => value.Length)];
        failure.Message = Hide(failure.Message, longestFirst);
        if (failure.StatusCode == HttpStatusCode.Conflict)
        {
            return; // Its causes name fields and their managers, by which it is settled.
        }

        foreach (ApiStatusCause cause in failure.Details?.Causes ?? [])
        {
            cause.Message = cause.Message is null ? null : Hide(cause.Message, longestFirst);
        }
    }

    private static string Hide(string text, string[] values)
    {
        foreach (string value in values)
        {
            text = value.Length >= Telling
                ? text.Replace(value, Hidden, StringComparison.Ordinal)
                : Regex.Replace(text, $@"(?<!\w){Regex.Escape(value)}(?!\w)", Hidden, RegexOptions.CultureInvariant);
        }

        return text;
    }

    /// <summary>What a secret holds, as it is and as it is sent; names, labels and types are no values.</summary>
    private static void Collect(JsonElement element, HashSet<string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject().Where(property => property.Name is not ("apiVersion" or "kind" or "metadata" or "type" or "op" or "path")))
                {
                    Collect(property.Value, values);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Collect(item, values);
                }

                break;
            case JsonValueKind.String:
                Add(element.GetString()!, values);
                break;
        }
    }

    private static void Add(string text, HashSet<string> values)
    {
        AddLines(text, values);
        byte[] decoded = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, decoded, out int length))
        {
            return;
        }

        try
        {
            AddLines(s_strict.GetString(decoded, 0, length), values);
        }
        catch (DecoderFallbackException)
        {
            return; // No text, so nobody quotes it but in base64.
        }
    }

    private static void AddLines(string text, HashSet<string> values) =>
        values.UnionWith(text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
