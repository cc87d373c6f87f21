using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// The form of a line of the audit trail: a JSON object whose last member is the code (HMAC-SHA256, base64) over the
/// code of the line before and the bytes of this one up to that member.
/// </summary>
internal static class AuditLine
{
    /// <summary>An actor and an action are short; a name has at most 253 characters.</summary>
    internal const int MaxLength = 16 * 1024;

    private const int CodeTextLength = 44;

    private static ReadOnlySpan<byte> CodeMember => ",\"mac\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>Appends a line.</summary>
    /// <returns>Its code.</returns>
    [SkipLocalsInit]
    internal static byte[] Write(RecordWriter lines, AuditRecord record, long sequence, byte[] previous, byte[] key)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        bool fits = Utf8.TryWrite(
            buffer,
            $"{{\"seq\":{sequence},\"time\":\"{record.Time.UtcDateTime:O}\",\"actor\":\"{Escape(record.Actor)}\",\"action\":\"{Escape(record.Action)}\"{Member("name", record.Id?.Name)}{Member("mesh", record.Id?.Mesh)}{Member("namespace", record.Id?.Namespace)},\"version\":{record.Version},\"commit\":{record.Commit}",
            out int length);
        if (!fits)
        {
            throw StoreErrors.AuditTextTooLong(MaxLength);
        }

        ReadOnlySpan<byte> content = buffer[..length];
        byte[] code = Code(content, previous, key);
        lines.Bytes(content);
        lines.Bytes(CodeMember);
        Base64.EncodeToUtf8(code, lines.Reserve(CodeTextLength), out _, out _);
        lines.Bytes(End);
        lines.Byte((byte)'\n');
        return code;
    }

    /// <summary>The code a line carries, or <see langword="null"/> if it has no place for one.</summary>
    internal static byte[]? StatedCode(ReadOnlySpan<byte> line)
    {
        int codeAt = line.Length - End.Length - CodeTextLength;
        if (codeAt < CodeMember.Length || !line.EndsWith(End) || !line[..codeAt].EndsWith(CodeMember))
        {
            return null;
        }

        ReadOnlySpan<byte> text = line.Slice(codeAt, CodeTextLength);
        Span<byte> code = stackalloc byte[AuditAnchor.CodeLength + 1];
        Span<byte> again = stackalloc byte[CodeTextLength];
        bool valid = Base64.DecodeFromUtf8(text, code, out _, out int length) == OperationStatus.Done
            && length == AuditAnchor.CodeLength
            // The last character has bits to spare, which nobody may change either.
            && Base64.EncodeToUtf8(code[..length], again, out _, out _) == OperationStatus.Done
            && again.SequenceEqual(text);
        return valid ? code[..length].ToArray() : null;
    }

    /// <summary>Whether a line is authentic and follows the one before.</summary>
    internal static bool IsAuthentic(ReadOnlySpan<byte> line, byte[] stated, byte[] previous, byte[] key)
    {
        ReadOnlySpan<byte> content = line[..^(End.Length + CodeTextLength + CodeMember.Length)];
        // No line is written longer, and the code is computed on the stack.
        return content.Length <= MaxLength && CryptographicOperations.FixedTimeEquals(Code(content, previous, key), stated);
    }

    /// <summary>Reads an authentic line.</summary>
    internal static AuditEntry Read(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line);
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        JsonElement root = document.RootElement;
        SecretId? id = Optional(root, "name") is { } name ? new SecretId(name, Optional(root, "mesh"), Optional(root, "namespace")) : null;
        return new AuditEntry(
            root.GetProperty("seq").GetInt64(),
            root.GetProperty("time").GetDateTimeOffset(),
            root.GetProperty("actor").GetString()!,
            root.GetProperty("action").GetString()!,
            id,
            root.GetProperty("version").GetInt64());
    }

    [SkipLocalsInit]
    private static byte[] Code(ReadOnlySpan<byte> content, byte[] previous, byte[] key)
    {
        Span<byte> covered = stackalloc byte[MaxLength + AuditAnchor.CodeLength];
        previous.CopyTo(covered);
        content.CopyTo(covered[previous.Length..]);
        return HMACSHA256.HashData(key, covered[..(previous.Length + content.Length)]);
    }

    private static string? Optional(JsonElement root, string member) =>
        root.TryGetProperty(member, out JsonElement value) ? value.GetString() : null;

    // Names, meshes and namespaces have no character that JSON would escape.
    private static string Member(string name, string? value) => value is null ? "" : $",\"{name}\":\"{value}\"";

    private static string Escape(string text) => JavaScriptEncoder.Default.Encode(text);
}
